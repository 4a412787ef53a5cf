/** Starts a program behind wrappers that take rights away from it, in a group with limits. */
import { closeSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Clock } from '../../../support/clock.ts';
import type { LaunchedProcess, LaunchRequest } from '../launcher.ts';
import { LAUNCH_VARIABLE, PLATFORM_VARIABLE } from '../nonce-sweep.ts';
import { failedGroup, type GroupGuard, type ProcessExit, type ProcessGroup, startGroup } from '../process.ts';
import type { Cgroup } from './cgroups.ts';
import { programScript, scriptReader, type Variables, wrapperEnvironment } from './program-script.ts';

export interface WrappedLaunch {
  readonly clock: Clock;
  readonly guard: GroupGuard;
  readonly request: Pick<LaunchRequest, 'command' | 'onLine' | 'onExit' | 'admit'>;
  readonly wrappers: readonly string[];
  readonly cgroup: Cgroup;
  /** Files for the wrappers, closed here. */
  readonly descriptors?: readonly number[];
  /** How the wrappers tell the end of the program. */
  readonly readExit?: (exit: ProcessExit) => ProcessExit;
  /** How SIGTERM gets past the wrappers. Default: to the group. */
  readonly terminate?: (group: ProcessGroup) => void;
}

export function launchWrapped(launch: WrappedLaunch): LaunchedProcess {
  const { cgroup, terminate } = launch;
  const group = start(launch);
  return {
    pid: group.pid,
    outputEnd: group.outputEnd,
    terminate: () => (terminate ? terminate(group) : group.signal('SIGTERM')),
    kill: () => group.signal('SIGKILL'),
    processes: () => cgroup.processes(),
    hasRunOutOfMemory: () => cgroup.hasRunOutOfMemory(),
  };
}

function start(launch: WrappedLaunch): ProcessGroup {
  const { clock, guard, request, wrappers, descriptors = [], cgroup, readExit = (exit) => exit } = launch;
  const { command, onLine } = request;
  const onExit = (exit: ProcessExit) => {
    const isOutOfMemory = cgroup.hasRunOutOfMemory();
    cgroup.end();
    request.onExit({ ...readExit(exit), ...(isOutOfMemory ? { isOutOfMemory } : {}) });
  };
  try {
    const script = programScript(command.environment);
    const [program = '', ...args] = [...wrappers, ...scriptReader, command.command, ...command.args];
    const group = startGroup({
      ...{ clock, guard, onLine, onExit, descriptors },
      ...{ command: program, args, cwd: command.cwd, environment: wrapperEnvironment(marksOf(command.environment)) },
      hasInput: true,
      isWrapped: true,
    });
    const begin = () => {
      group.write(script);
      group.endInput();
    };
    // The wrappers have joined their groups, and wait for the script: nothing of the application runs yet.
    if (request.admit === undefined) begin();
    else request.admit(cgroup.joinFiles.map((file) => dirname(file))).then(begin, refuse(group, onLine));
    return group;
  } catch (error) {
    return failedGroup({ clock, cwd: command.cwd, onExit }, error);
  } finally {
    for (const descriptor of descriptors) closeSync(descriptor);
  }
}

function refuse(group: ProcessGroup, onLine: LaunchRequest['onLine']): (error: unknown) => void {
  return (error) => {
    onLine('stderr', `refused: ${error instanceof Error ? error.message : String(error)}`);
    group.signal('SIGKILL');
  };
}

/** By them the wrappers are found when nothing else is known of them. */
function marksOf(environment: Variables): Variables {
  const isMark = ([name]: readonly [string, string]) => name === PLATFORM_VARIABLE || name === LAUNCH_VARIABLE;
  return Object.fromEntries(Object.entries(environment).filter(isMark));
}
