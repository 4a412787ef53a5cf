/** Resolves `includes:` and `builtins:`: what the files together say about handlers, environment and so on. */

import type { Diagnostic } from '../../model/diagnostic.ts';
import type { Handler } from '../../model/handler.ts';
import { createFindings, type Findings } from '../findings.ts';
import { readShape } from '../shape/read-shape.ts';
import type { ValueOf } from '../shape/shape.ts';
import { readYaml } from '../yaml/read-yaml.ts';
import { quoteForMessage } from '../yaml/tree.ts';
import { type BuiltinState, createBuiltinState, resolveBuiltins } from './builtins.ts';
import { expandVariables, type VariableSource } from './expand-variables.ts';
import { mostHandlers } from './handler-keys.ts';
import { handlerOf } from './handlers.ts';
import { includeShape } from './module-keys.ts';

export interface IncludedFile {
  /** As shown to the user. */
  readonly file: string;
  /** The same for the same file, however it was named. */
  readonly identity: string;
  readonly source: string | Uint8Array;
}

/** Finds an included file; undefined when there is none. `from` is the `identity` of the file that names it. */
export type FindInclude = (path: string, from: string | undefined) => IncludedFile | undefined;

export type IncludableValues = ValueOf<typeof includeShape>;

export interface Merged {
  readonly handlers: readonly Handler[];
  readonly environmentVariables: Readonly<Record<string, string>>;
  readonly manualInstances?: number;
  readonly skipFiles?: readonly string[];
  readonly betaSettings: Readonly<Record<string, string>>;
  readonly vmSettings: Readonly<Record<string, string>>;
  readonly isVm: boolean;
  readonly diagnostics: readonly Diagnostic[];
}

interface Merging {
  readonly find: FindInclude;
  readonly check: (findings: Findings) => void;
  readonly variables: VariableSource | undefined;
  readonly builtins: BuiltinState;
  readonly processed: Set<string>;
  readonly head: Handler[];
  readonly tail: Handler[];
  readonly included: IncludableValues[];
  readonly diagnostics: Diagnostic[];
}

/** Far more than any application needs; a cycle ends by itself, because each file is processed once. */
const maxDepth = 10;

export interface IncludeOptions {
  readonly runtime: string;
  readonly find: FindInclude;
  /** Rules that the including file's settings put on an included file. */
  readonly check: (findings: Findings) => void;
  /** What `${NAME}` stands for. */
  readonly variables: VariableSource | undefined;
}

export function mergeIncludes(values: IncludableValues, options: IncludeOptions, findings: Findings): Merged {
  const { runtime, find, check, variables } = options;
  const merging: Merging = {
    find,
    check,
    variables,
    builtins: createBuiltinState(runtime),
    processed: new Set(),
    head: [],
    tail: [],
    included: [],
    diagnostics: [],
  };
  followLinks(values, undefined, 1, findings, merging);
  const own = (values.handlers ?? []).flatMap((handler) => handlerOf(handler) ?? []);
  const handlers = [...merging.head, ...own, ...merging.tail];
  if (handlers.length > mostHandlers && own.length <= mostHandlers) {
    const message = `With those of included files there are ${handlers.length} handlers; App Engine allows at most ${mostHandlers}.`;
    findings.error('too-many', { path: ['includes'], message, hint: 'Include less, or join handlers.' });
  }
  return {
    handlers,
    ...mergeSettings([values, ...merging.included]),
    diagnostics: merging.diagnostics,
  };
}

/** Builtins first, then each include with its own builtins and includes. */
function followLinks(
  values: IncludableValues,
  from: string | undefined,
  depth: number,
  findings: Findings,
  merging: Merging,
): void {
  const added = resolveBuiltins(values.builtins ?? [], merging.builtins, findings);
  merging.head.push(...added.head);
  merging.tail.push(...added.tail);
  for (const [index, path] of (values.includes ?? []).entries()) {
    const here = ['includes', index];
    if (depth > maxDepth) {
      const message = `Included files include one another more than ${maxDepth} levels deep.`;
      findings.error('include-depth', { path: here, message, hint: 'Name the files in app.yaml instead.' });
      return;
    }
    const included = merging.find(path, from);
    if (included === undefined) {
      const message = `The included file ${quoteForMessage(path)} does not exist.`;
      const hint = 'Paths are relative to the file that includes, else to the directory of app.yaml.';
      findings.error('include-missing', { path: here, message, hint });
    } else if (!merging.processed.has(included.identity)) {
      merging.processed.add(included.identity);
      readInclude(included, depth, merging);
    }
  }
}

function readInclude(included: IncludedFile, depth: number, merging: Merging): void {
  const reading = readYaml(included.source, included.file, true);
  merging.diagnostics.push(...reading.diagnostics);
  const findings = createFindings(included.file, reading.root);
  if (reading.isEmpty) {
    findings.warning('empty-file', {
      path: [],
      message: 'The included file is empty.',
      hint: 'Delete it from includes.',
    });
  }
  const read = reading.root === undefined ? undefined : readShape(includeShape, reading.root, [], findings);
  if (read !== undefined) {
    const values = expandVariables(read, merging.variables, findings);
    merging.check(findings);
    merging.included.push(values);
    for (const handler of values.handlers ?? []) {
      const converted = handlerOf(handler);
      if (converted !== undefined) (handler.position === 'tail' ? merging.tail : merging.head).push(converted);
    }
    followLinks(values, included.identity, depth + 1, findings, merging);
  }
  merging.diagnostics.push(...findings.list());
}

/** App Engine's rules: later environment wins, earlier settings win, skip lists add up, the larger instance count wins. */
function mergeSettings(all: readonly IncludableValues[]): Omit<Merged, 'handlers' | 'diagnostics'> {
  const last = <T>(records: readonly (Readonly<Record<string, T>> | undefined)[]) =>
    Object.fromEntries(records.flatMap((record) => Object.entries(record ?? {})));
  const reversed = all.toReversed();
  const counts = all.flatMap((values) => values.manual_scaling?.instances ?? []);
  const skipLists = all.flatMap((values) => (values.skip_files === undefined ? [] : [values.skip_files]));
  return {
    environmentVariables: last(all.map((values) => values.env_variables)),
    ...(counts.length === 0 ? {} : { manualInstances: Math.max(...counts) }),
    ...(skipLists.length === 0 ? {} : { skipFiles: skipLists.flat() }),
    betaSettings: last(reversed.map((values) => values.beta_settings)),
    vmSettings: last(reversed.map((values) => values.vm_settings)),
    isVm: all.some((values) => values.vm === true),
  };
}
