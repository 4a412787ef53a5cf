/** What a plugin with backends of its own is given, and what it answers. */
import type { ErrorCode, ErrorDetails } from '../errors.ts';
import type { Clock } from '../support/clock.ts';
import type { Backend } from './backend.ts';

/** In a plugin's package.json, below `oclif.hooks`: the module, or modules, that export the hook. */
export const BACKENDS_HOOK = 'appcfg:backends';

export interface InstalledPlugin {
  readonly name: string;
  readonly version: string;
  /** Absolute. */
  readonly directory: string;
}

/** A plugin that was added. */
export interface PluginStatus extends InstalledPlugin {
  readonly backends: readonly string[];
  /** Why it can't be used. */
  readonly problem?: string;
}

/** What a command knows when it opens a backend. */
export interface PluginContext {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Who is recorded as the author of a change. */
  readonly createdBy: string;
  readonly clock: Clock;
  /** Aborts on Ctrl-C. */
  readonly signal: AbortSignal;
  /** `--server`, where a person gave it. */
  readonly server?: string | undefined;
  /** `--token`, where a person gave it. */
  readonly token?: string | undefined;
  /** Told what a person should know. */
  readonly onNote: (message: string) => void;
}

/** Parts of appcfg to build a backend from: a plugin has no need to import any. */
export interface PluginApi<StateOptions> {
  /** An error of the catalogue (docs/errors.md), to throw. */
  failure<C extends ErrorCode>(code: C, details: ErrorDetails<C>): Error;
  /** A whole backend on top of a place that remembers. */
  createStateBackend(options: StateOptions): Backend;
}

/** Backend name -> how to open it. */
export type PluginBackends = Readonly<Record<string, (context: PluginContext) => Backend | Promise<Backend>>>;
