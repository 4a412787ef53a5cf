/** App Engine's builtins: the handlers they stand for. */
import type { Handler } from '../../model/handler.ts';
import type { Findings } from '../findings.ts';
import { closest } from '../shape/read-scalar.ts';
import type { Path } from '../yaml/path.ts';
import { entryOf, quoteForMessage } from '../yaml/tree.ts';

interface Builtin {
  readonly handler?: Handler;
  readonly isTail?: boolean;
  /** Not in the python27 runtime. */
  readonly isOldOnly?: boolean;
  readonly turnsOn?: string;
}

const base = { type: 'script', authFailAction: 'redirect', secure: 'optional' } as const;
const script = (url: string, code: string, login: 'optional' | 'admin' = 'optional'): Handler => ({
  ...base,
  url,
  login,
  script: `google.appengine.ext.${code}`,
});

const builtins = new Map<string, Builtin>([
  ['default', {}],
  ['admin_redirect', { handler: script('/_ah/admin.*', 'admin_redirect.main.app') }],
  ['appstats', { handler: script('/_ah/stats.*', 'appstats.ui.app') }],
  ['deferred', { handler: script('/_ah/queue/deferred', 'deferred.deferred.application', 'admin') }],
  ['django_wsgi', { handler: script('/.*', 'django.main.app'), isTail: true }],
  ['remote_api', { handler: script('/_ah/remote_api(/.*)?', 'remote_api.handler.application') }],
  [
    'datastore_admin',
    {
      handler: script('/_ah/datastore_admin(/.*)?', 'datastore_admin.main.APP', 'admin'),
      isOldOnly: true,
      turnsOn: 'mapreduce',
    },
  ],
  ['mapreduce', { handler: script('/_ah/mapreduce(/.*)?', 'mapreduce.main.APP', 'admin'), isOldOnly: true }],
]);

export interface BuiltinHandlers {
  readonly head: readonly Handler[];
  readonly tail: readonly Handler[];
}

/** Which builtins are on, over app.yaml and all its includes. */
export interface BuiltinState {
  readonly on: Set<string>;
  readonly off: Set<string>;
  readonly runtime: string;
}

export function createBuiltinState(runtime: string): BuiltinState {
  return { on: new Set(), off: new Set(), runtime };
}

/** The handlers that one file's `builtins` list adds. */
export function resolveBuiltins(
  list: readonly Readonly<Record<string, boolean>>[],
  state: BuiltinState,
  findings: Findings,
): BuiltinHandlers {
  const head: Handler[] = [];
  const tail: Handler[] = [];
  const seen = new Set<string>();
  for (const [index, item] of list.entries()) {
    const path = ['builtins', index];
    const written = namesWritten(findings, index);
    if (written !== 1) {
      const message = written === 0 ? 'The entry names no builtin.' : 'The entry names more than one builtin.';
      findings.error('bad-value', { path, message, hint: 'Write one a line: - deferred: on' });
    }
    const [entry] = Object.entries(item);
    if (entry === undefined || written !== 1) continue;
    const [name, isOn] = entry;
    if (seen.has(name)) {
      const message = `Builtin ${quoteForMessage(name)} is there twice.`;
      findings.error('duplicate-entry', { path: [...path, name], message, on: 'key', hint: 'Keep one of the two.' });
      continue;
    }
    seen.add(name);
    const builtin = knownBuiltin(name, state.runtime, [...path, name], findings);
    if (builtin === undefined) continue;
    for (const { handler, isTail } of switchBuiltin(name, isOn, { state, path: [...path, name], findings })) {
      if (handler !== undefined) (isTail === true ? tail : head).push(handler);
    }
  }
  return { head, tail };
}

function namesWritten(findings: Findings, index: number): number {
  const list = entryOf(findings.root, 'builtins')?.value;
  const item = list?.kind === 'list' ? list.items[index] : undefined;
  return item?.kind === 'map' ? item.entries.length : 0;
}

function knownBuiltin(name: string, runtime: string, path: Path, findings: Findings): Builtin | undefined {
  const builtin = builtins.get(name);
  const available = [...builtins]
    .filter(([, { isOldOnly }]) => isOldOnly !== true || runtime !== 'python27')
    .map(([key]) => key);
  if (builtin !== undefined && available.includes(name)) return builtin;
  const close = closest(name, available);
  const hint = close === undefined ? `Builtins of this runtime: ${available.join(', ')}.` : `Did you mean ${close}?`;
  const message = `${quoteForMessage(name)} is not a builtin of runtime ${runtime}.`;
  findings.error('unknown-value', { path, message, on: 'key', hint });
  return undefined;
}

interface Switching {
  readonly state: BuiltinState;
  readonly path: Path;
  readonly findings: Findings;
}

function switchBuiltin(name: string, isOn: boolean, switching: Switching): readonly Builtin[] {
  const { state, path, findings } = switching;
  if (!isOn) {
    if (state.on.has(name)) {
      const message = `Builtin ${name} was turned on before; it stays on.`;
      findings.warning('discouraged-value', { path, message, hint: 'Keep one of the two lines.' });
    }
    state.off.add(name);
    return [];
  }
  if (state.off.has(name)) {
    const message = `Builtin ${name} was turned off before; it stays off.`;
    findings.warning('discouraged-value', { path, message, hint: 'Keep one of the two lines.' });
    return [];
  }
  const builtin = builtins.get(name);
  if (builtin === undefined || state.on.has(name)) return [];
  state.on.add(name);
  if (builtin.handler !== undefined) {
    const message = `The code of builtin ${name} belongs to App Engine's SDK and is not part of this platform; its handler works only if your application brings the code.`;
    findings.warning('builtin-code', {
      path,
      message,
      on: 'key',
      hint: `Delete the line if nothing uses ${builtin.handler.url}.`,
    });
  }
  const further = builtin.turnsOn === undefined ? [] : switchBuiltin(builtin.turnsOn, true, switching);
  return [builtin, ...further];
}
