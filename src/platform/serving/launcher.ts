/** The seam for isolation levels: how a launch command becomes a running, stoppable process. */
import type { IsolationLevel } from '../../model/isolation.ts';
import type { Clock } from '../../support/clock.ts';
import type { Deployment } from '../deployment.ts';
import type { LaunchCommand } from '../runtimes/runtime.ts';
import type { MemoryLimit } from './memory-limit.ts';
import { type GroupGuard, type OutputStream, type ProcessExit, startGroup } from './process.ts';

export interface LaunchRequest {
  readonly command: LaunchCommand;
  readonly deployment: Pick<Deployment, 'application' | 'module' | 'spec'>;
  readonly instance: string;
  readonly memory: MemoryLimit;
  /** Writable by the instance, which knows it as `temporaryPath` says. */
  readonly temporaryDirectory: string;
  /** Where the deployment's files are; read-only for the instance where the level can enforce it. */
  readonly directory: string;
  readonly onLine: (stream: OutputStream, line: string) => void;
  /** Where the level makes control groups: told of them before the program runs, which waits for it. */
  readonly admit?: (groups: readonly string[]) => Promise<void>;
  /** Called once; nothing that the level can reach is left of the instance. */
  readonly onExit: (exit: ProcessExit) => void;
}

export interface LaunchedProcess {
  /** The root of the processes to count memory for; undefined when the launch failed. */
  readonly pid: number | undefined;
  /** Resolves after its last line, a moment after the exit. */
  readonly outputEnd: Promise<void>;
  /** Asks it to end; the application's own handler runs. */
  terminate(): void;
  /** Ends everything at once. */
  kill(): void;
  /** All that belongs to it; undefined, or absent: the descendants of `pid`. */
  processes?(): readonly number[] | undefined;
  /** The kernel killed a part of it at the limit of memory, which the rest may have survived. */
  hasRunOutOfMemory?(): boolean;
}

export interface Launcher {
  readonly level: IsolationLevel;
  /** Where an instance finds its temporary directory. */
  temporaryPath(directory: string): string;
  launch(request: LaunchRequest): LaunchedProcess;
}

/** Level `none`: own process group, clean environment, memory watched. Stops accidents, nothing deliberate. */
export function createGroupLauncher(clock: Clock, guard: GroupGuard): Launcher {
  return {
    level: 'none',
    temporaryPath: (directory) => directory,
    launch: ({ command, onLine, onExit }) => {
      const group = startGroup({ ...command, clock, guard, onLine, onExit });
      const { pid, outputEnd } = group;
      return { pid, outputEnd, terminate: () => group.signal('SIGTERM'), kill: () => group.signal('SIGKILL') };
    },
  };
}
