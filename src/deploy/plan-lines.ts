/** The plan for people: a line a change, in the order in which they take effect. Pure. */
import { settingsLine } from '../backend/settings-changes.ts';
import { splitText, type TrafficSplit } from '../model/traffic.ts';
import { countOf } from '../support/count-of.ts';
import { formatBytes } from '../support/format-bytes.ts';
import type { Change, DeployPlan } from './deploy-plan.ts';
import type { PackagedModule } from './package-modules.ts';

/** @param missing what would be sent; undefined when nobody asked the backend */
export function planLines(
  plan: DeployPlan,
  missing?: { readonly files: number; readonly bytes: number },
): readonly string[] {
  const send =
    missing && missing.files > 0 ? [`send ${countOf(missing.files, 'file')} (${formatBytes(missing.bytes)})`] : [];
  return [...send, ...plan.changes.flatMap(changeLines)];
}

/** The lines of one change. */
export function changeLines(change: Change): readonly string[] {
  switch (change.kind) {
    case 'create-version':
      return [`create ${nameOf(change.packaged)}: ${contents(change.packaged)}`];
    case 'replace-version':
      return [
        `replace ${nameOf(change.packaged)}: ${contents(change.packaged)}${change.isServing ? ', takes traffic now' : ''}`,
      ];
    case 'keep-version':
      return [`keep ${change.module}:${change.version} (unchanged)`];
    case 'set-traffic':
      return [trafficLine(change.module, change.before, change.after)];
    case 'replace-settings':
      return change.entries.map((entry) => settingsLine(change.settings, entry));
    case 'stop-version':
      return [`stop ${change.module}:${change.version}, which no longer takes traffic`];
  }
}

function nameOf({ module, version }: PackagedModule): string {
  return `${module}:${version}`;
}

function contents({ files, bytes, spec }: PackagedModule): string {
  return `${countOf(files, 'file')}, ${formatBytes(bytes)}, ${spec.runtime}, ${spec.scaling.type} scaling`;
}

function trafficLine(module: string, before: TrafficSplit | undefined, after: TrafficSplit): string {
  const now = before ? ` (now ${splitText(before)})` : '';
  return `traffic of ${module}: ${splitText(after)}${now}`;
}
