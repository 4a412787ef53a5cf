/** The seam for isolation levels: how a launch command becomes a running, stoppable process. */
import type { Clock } from '../../support/clock.ts';
import type { LaunchCommand } from '../runtimes/runtime.ts';
import { type GroupGuard, type OutputStream, type ProcessExit, startGroup } from './process.ts';

export interface LaunchRequest {
  readonly command: LaunchCommand;
  /** Writable by the instance. */
  readonly temporaryDirectory: string;
  /** Where the deployment's files are; read-only for the instance where the level can enforce it. */
  readonly directory: string;
  readonly onLine: (stream: OutputStream, line: string) => void;
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
}

export interface Launcher {
  /** `none`: own process group, clean environment, memory watched. Stops accidents, nothing deliberate. */
  readonly level: 'none';
  launch(request: LaunchRequest): LaunchedProcess;
}

export function createGroupLauncher(clock: Clock, guard: GroupGuard): Launcher {
  return {
    level: 'none',
    launch: ({ command, onLine, onExit }) => {
      const group = startGroup({ ...command, clock, guard, onLine, onExit });
      const { pid, outputEnd } = group;
      return { pid, outputEnd, terminate: () => group.signal('SIGTERM'), kill: () => group.signal('SIGKILL') };
    },
  };
}
