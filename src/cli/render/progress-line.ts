/** A progress event -> the line a log shows for it. */
import type { OperationEvent, VersionPhase } from '../../model/operation-event.ts';
import type { DeployPhase, ProgressEvent } from '../../progress/event.ts';
import { printable } from './printable.ts';
import { bytes, count, duration } from './quantity.ts';
import type { Style } from './style.ts';

/** Undefined for events without a line of their own (see render/warning.ts for warnings). */
export function renderProgressLine(event: ProgressEvent, style: Style, isVerbose: boolean): string | undefined {
  switch (event.type) {
    case 'phase-started':
      return `${event.label} ...`;
    case 'phase-finished': {
      const detail = event.detail === undefined ? '' : `: ${event.detail}`;
      return `${phaseDone[event.phase]}${detail} ${style.dim(`(${duration(event.durationMs)})`)}`;
    }
    case 'phase-failed':
      return `${style.red('Failed')} while ${phaseDoing[event.phase]} ${style.dim(`(${duration(event.durationMs)})`)}`;
    case 'module-packaged':
      return `${moduleName(event)}: ${count(event.files, 'file')}, ${bytes(event.bytes)}`;
    case 'upload-progress':
      return uploadLine(event);
    case 'operation':
      return operationLine(event.event, style, isVerbose);
    case 'module-live':
      return moduleLiveLine(event, style);
    case 'note':
      return event.message;
    case 'diagnostics':
    case 'warning':
      return undefined;
  }
}

export function uploadLine(event: Extract<ProgressEvent, { type: 'upload-progress' }>): string {
  return `Uploaded ${event.files} of ${count(event.totalFiles, 'file')}, ${bytes(event.bytes)} of ${bytes(event.totalBytes)}`;
}

export function moduleLiveLine(event: Extract<ProgressEvent, { type: 'module-live' }>, style: Style): string {
  const name = `module ${event.module}, version ${event.version}`;
  return event.isUnchanged
    ? `Unchanged ${name}: ${style.cyan(event.url)}`
    : `${style.green('Deployed')} ${name}: ${style.cyan(event.url)}`;
}

export function versionPhaseText(event: Extract<OperationEvent, { type: 'version-phase' }>): string {
  return event.detail === undefined ? versionPhases[event.phase] : `${versionPhases[event.phase]} (${event.detail})`;
}

/** Each phase while it runs and when it is done. */
export const phaseDoing: Readonly<Record<DeployPhase, string>> = {
  read: 'reading the configuration',
  package: 'packaging',
  compare: 'comparing with what is deployed',
  upload: 'uploading',
  release: 'making the release live',
};

const phaseDone: Readonly<Record<DeployPhase, string>> = {
  read: 'Read the configuration',
  package: 'Packaged',
  compare: 'Compared with what is deployed',
  upload: 'Uploaded',
  release: 'Released',
};

const versionPhases: Readonly<Record<VersionPhase, string>> = {
  materialising: 'placing files',
  building: 'building',
  starting: 'starting',
  healthy: 'healthy',
  live: 'live',
  unchanged: 'unchanged',
  stopped: 'stopped',
};

function operationLine(event: OperationEvent, style: Style, isVerbose: boolean): string | undefined {
  switch (event.type) {
    case 'version-phase':
      return `${moduleName(event)}: ${versionPhaseText(event)}`;
    case 'output':
      return isVerbose ? `${style.dim(`${event.module}:${event.version} |`)} ${printable(event.line)}` : undefined;
    case 'warning':
      return undefined;
  }
}

function moduleName(event: { readonly module: string; readonly version: string }): string {
  return `Module ${event.module}, version ${event.version}`;
}
