/** Runs a short program to learn what the machine can do. */
import type { Clock } from '../../../support/clock.ts';
import { type GroupCommand, type ProcessExit, startGroup } from '../process.ts';

export interface ProbeResult {
  readonly isSuccess: boolean;
  readonly lines: readonly string[];
}

const TIMEOUT_MS = 10_000;
const ENVIRONMENT = { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', LANG: 'C' };

/** Never fails: what can't be run is no success. */
export function probeRun(
  clock: Clock,
  words: readonly string[],
  descriptors: readonly number[] = [],
): Promise<ProbeResult> {
  const [command = '', ...args] = words;
  const call: GroupCommand = { command, args, cwd: '/', environment: ENVIRONMENT };
  const lines: string[] = [];
  return new Promise((resolve) => {
    const onExit = (exit: ProcessExit) => {
      cancel();
      if (exit.launchError !== undefined) lines.push(exit.launchError);
      void group.outputEnd.then(() => resolve({ isSuccess: exit.code === 0, lines }));
    };
    const onLine = (_: string, line: string) => lines.push(line);
    const cancel = clock.after(TIMEOUT_MS, () => group.signal('SIGKILL'));
    const group = startGroup({ ...call, clock, onLine, onExit, descriptors, isWrapped: true });
  });
}
