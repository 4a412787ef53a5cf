/** What `dev` is asked for, and what it works with. */
import type { Backend } from '../backend/backend.ts';
import type { LogLevel } from '../model/log.ts';
import type { Clock } from '../support/clock.ts';
import type { DevelopEvent } from './develop-event.ts';
import type { CopyPlaces } from './source-paths.ts';

export interface DevelopRequest {
  /** Files and directories as the user named them; none means the current directory. */
  readonly paths: readonly string[];
  readonly workingDirectory: string;
  readonly application?: string | undefined;
  readonly environmentVariables: Readonly<Record<string, string>>;
  /** What `${NAME}` in a yaml file stands for. */
  readonly variables: Readonly<Record<string, string>>;
  readonly allowsAnyRuntime: boolean;
  readonly minimumLevel: LogLevel;
  /** Whether also to say which instances come and go. */
  readonly showsInstances: boolean;
  readonly createdBy: string;
  /** Whether a change is deployed without being asked for. */
  readonly reloads: boolean;
  /** Looks every second instead of being told, for file systems that tell nothing. */
  readonly polls: boolean;
  /** Changes of paths that match are none. */
  readonly ignores?: RegExp | undefined;
}

export interface DevelopContext {
  readonly backend: Backend;
  readonly clock: Clock;
  /** Aborts on Ctrl-C. */
  readonly signal: AbortSignal;
  readonly cacheDirectory: string;
  /** Where deployed copies of the files are. */
  readonly copies: CopyPlaces;
  readonly onEvent: (event: DevelopEvent) => void;
}
