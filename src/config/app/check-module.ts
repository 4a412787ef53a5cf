/** Rules between the keys of a module's file. */
import { runtimeGeneration } from '../../model/version-spec.ts';
import type { Findings } from '../findings.ts';
import type { ValueOf } from '../shape/shape.ts';
import type { Path } from '../yaml/path.ts';
import { entryOf, quoteForMessage, type YamlNode } from '../yaml/tree.ts';
import { checkConnections } from './check-connections.ts';
import type { moduleShape } from './module-keys.ts';

export type ModuleValues = ValueOf<ReturnType<typeof moduleShape>>;

export function checkModule(values: ModuleValues, findings: Findings): void {
  checkTwins('application', 'project', findings);
  checkTwins('module', 'service', findings);
  checkScalingBlocks(findings);
  checkThreadsafe(values, findings);
  checkLibraries(values, findings);
  checkScripts(values, findings);
  checkOrder(findings);
  checkApiConfig(values, findings);
  checkNames(values, findings);
  checkOldValues(values, findings);
  checkConnections(values, findings);
}

function checkTwins(one: string, other: string, findings: Findings): void {
  if (!findings.has([one]) || !findings.has([other])) return;
  const message = `${quoteForMessage(one)} and ${quoteForMessage(other)} are two names for one thing; only one of them may be there.`;
  findings.error('conflicting-keys', { path: [other], message, on: 'key', hint: `Keep ${one}.` });
}

function checkScalingBlocks(findings: Findings): void {
  const present = ['automatic_scaling', 'basic_scaling', 'manual_scaling'].filter((key) => findings.has([key]));
  const [first, ...others] = present;
  for (const other of others) {
    const message = `${quoteForMessage(first ?? '')} and ${quoteForMessage(other)} exclude each other.`;
    findings.error('conflicting-keys', { path: [other], message, on: 'key', hint: 'Keep one of them.' });
  }
}

function checkThreadsafe(values: ModuleValues, findings: Findings): void {
  const { runtime, threadsafe } = values;
  if (runtime === undefined) return;
  if (runtime === 'python27' && !findings.has(['threadsafe'])) {
    const message = '"threadsafe" is missing; a module with runtime python27 must have it.';
    findings.error('missing-key', { path: ['threadsafe'], message, hint: 'For example: threadsafe: true' });
  } else if (threadsafe !== undefined && runtimeGeneration(runtime) === 2) {
    const message = `"threadsafe" has no effect with runtime ${runtime}.`;
    findings.warning('discouraged-value', { path: ['threadsafe'], message, on: 'key', hint: 'Delete it.' });
  }
}

function checkLibraries(values: ModuleValues, findings: Findings): void {
  const { runtime, libraries } = values;
  if (runtime === undefined || runtime === 'python27' || libraries === undefined || libraries.length === 0) return;
  const message = `"libraries" is for runtime python27 only, not for ${runtime}.`;
  const hint = runtime.startsWith('python') ? 'List the packages in requirements.txt.' : 'Delete it.';
  findings.error('conflicting-keys', { path: ['libraries'], message, on: 'key', hint });
}

/** The scripts of the handlers of a file, which may be an included one. */
export function checkScripts({ runtime, threadsafe }: ModuleValues, findings: Findings): void {
  if (runtime === undefined) return;
  for (const [index, handler] of handlerNodes(findings.root).entries()) {
    const script = entryOf(handler, 'script')?.value;
    if (script?.kind !== 'scalar') continue;
    const path = ['handlers', index, 'script'];
    if (runtimeGeneration(runtime) === 2 && script.text !== 'auto') {
      const message = `With runtime ${runtime} the application itself serves the address; ${quoteForMessage(script.text)} has no effect.`;
      findings.warning('discouraged-value', { path, message, hint: 'Write script: auto' });
    }
    const isCgi = script.text.endsWith('.py') || script.text.includes('/');
    if (runtime === 'python27' && threadsafe === true && isCgi) reportCgi(script.text, path, findings);
  }
}

/** CGI scripts run one request at a time, so they exclude threadsafe. */
function reportCgi(script: string, path: Path, findings: Findings): void {
  const message = `${quoteForMessage(script)} is a CGI script, which does not go with threadsafe: true.`;
  const application = script.replace(/\.py$/, '.app').replaceAll('/', '.');
  const hint = `Write the WSGI application, for example ${application}, or threadsafe: false.`;
  findings.error('conflicting-keys', { path, message, hint });
}

/** `position` makes no sense here, and what stands behind a handler for everything is never reached. */
function checkOrder(findings: Findings): void {
  let everything: number | undefined;
  for (const [index, handler] of handlerNodes(findings.root).entries()) {
    if (entryOf(handler, 'position') !== undefined) {
      const message = '"position" is for handlers of included files; here the order of the list counts.';
      findings.error('conflicting-keys', {
        path: ['handlers', index, 'position'],
        message,
        on: 'key',
        hint: 'Delete it.',
      });
    }
    if (everything !== undefined) {
      const message = `Handler ${everything + 1} serves every address, so this one is never reached.`;
      const path = ['handlers', index, 'url'];
      findings.warning('suspicious-handler', { path, message, hint: 'Put the handler for everything last.' });
      return;
    }
    const url = entryOf(handler, 'url')?.value;
    const fallsThrough =
      entryOf(handler, 'require_matching_file') !== undefined || entryOf(handler, 'static_dir') !== undefined;
    if (url?.kind === 'scalar' && ['/.*', '.*', '/(.*)'].includes(url.text) && !fallsThrough) everything = index;
  }
}

function handlerNodes(root: YamlNode | undefined): readonly YamlNode[] {
  const node = entryOf(root, 'handlers')?.value;
  return node?.kind === 'list' ? node.items : [];
}

function checkApiConfig(values: ModuleValues, findings: Findings): void {
  const index = handlerNodes(findings.root).findIndex((handler) => entryOf(handler, 'api_endpoint') !== undefined);
  if (index === -1 || values.api_config !== undefined || findings.has(['api_config'])) return;
  const message = 'A handler with api_endpoint needs "api_config", which is missing.';
  const hint = 'Add api_config: with url: and script: below it.';
  findings.error('missing-key', { path: ['handlers', index, 'api_endpoint'], message, on: 'key', hint });
}

function checkNames(values: ModuleValues, findings: Findings): void {
  const key = values.module === undefined ? 'service' : 'module';
  const name = values[key];
  if (name?.includes('-dot-') !== true) return;
  const message = `Module name ${quoteForMessage(name)} contains "-dot-", which separates the parts of a host name.`;
  findings.warning('discouraged-value', {
    path: [key],
    message,
    hint: 'Its addresses work in the dotted form only; better choose another name.',
  });
}

function checkOldValues(values: ModuleValues, findings: Findings): void {
  if (values.runtime === 'python' && values.env !== 'flexible' && values.vm !== true) {
    const message = 'Runtime "python" is Python 2.5, which App Engine no longer runs.';
    findings.warning('discouraged-value', {
      path: ['runtime'],
      message,
      hint: 'Write runtime: python27 or python312.',
    });
  }
  if (values.auto_id_policy === 'legacy') {
    const message = 'auto_id_policy: legacy makes ids that may repeat.';
    findings.warning('discouraged-value', {
      path: ['auto_id_policy'],
      message,
      hint: 'Write auto_id_policy: default.',
    });
  }
  if (values.skip_files !== undefined && values.runtime !== undefined && runtimeGeneration(values.runtime) === 2) {
    const message = `Google's own tool refuses "skip_files" with runtime ${values.runtime}; here it works.`;
    findings.warning('discouraged-value', {
      path: ['skip_files'],
      message,
      on: 'key',
      hint: 'A .gcloudignore file works everywhere.',
    });
  }
}
