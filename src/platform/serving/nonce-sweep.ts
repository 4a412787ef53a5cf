/** Finds and kills processes by the nonce that the platform puts into every environment, wherever they hid. */
import { readdir, readFile } from 'node:fs/promises';
import type { Clock } from '../../support/clock.ts';
import { createRunCommand } from './process.ts';

/** Marks every process of a platform. */
export const PLATFORM_VARIABLE = 'APPCFG_PLATFORM';
/** Marks every process of one launch. */
export const LAUNCH_VARIABLE = 'APPCFG_PROCESS';

export interface MarkedProcess {
  readonly pid: number;
  readonly launch?: string;
}

/** All processes of the platform with this nonce that this user may see. */
export async function findMarked(nonce: string, clock: Clock): Promise<readonly MarkedProcess[]> {
  return process.platform === 'linux' ? findInProc(nonce) : findWithPs(nonce, clock);
}

/**
 * Kills every process with the nonce, except those of the launches in `keep`; repeated until none is found, since a
 * process may fork while it is being looked for. @returns how many were killed
 */
export async function killMarked(
  nonce: string,
  clock: Clock,
  keep: (launch: string | undefined) => boolean = () => false,
): Promise<number> {
  const killed = new Set<number>();
  for (let round = 0; round < 10; round += 1) {
    const found = await findMarked(nonce, clock);
    const victims = found.filter(({ pid, launch }) => pid !== process.pid && !keep(launch));
    if (victims.length === 0) break;
    for (const { pid } of victims) {
      killed.add(pid);
      killProcess(pid);
    }
    await clock.sleep(10);
  }
  return killed.size;
}

async function findInProc(nonce: string): Promise<readonly MarkedProcess[]> {
  const mark = `${PLATFORM_VARIABLE}=${nonce}`;
  const found: MarkedProcess[] = [];
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const environment = await readFile(`/proc/${name}/environ`, 'latin1').catch(() => '');
    if (!environment.includes(mark)) continue;
    const variables = environment.split('\0');
    if (variables.includes(mark)) found.push(marked(Number(name), variables));
  }
  return found;
}

/** BSD and macOS have no /proc; their ps prints the environment behind the command. */
export async function findWithPs(nonce: string, clock: Clock): Promise<readonly MarkedProcess[]> {
  const found: MarkedProcess[] = [];
  const run = createRunCommand(clock);
  await run({
    command: 'ps',
    args: ['axeww', '-o', 'pid=,command='],
    cwd: '/',
    environment: { PATH: '/usr/bin:/bin:/usr/sbin:/sbin' },
    timeoutMs: 10_000,
    onOutput: (line) => {
      const words = line.trim().split(/\s+/);
      if (words.includes(`${PLATFORM_VARIABLE}=${nonce}`)) found.push(marked(Number(words[0]), words));
    },
  });
  return found.filter(({ pid }) => Number.isInteger(pid));
}

function marked(pid: number, variables: readonly string[]): MarkedProcess {
  const launch = variables.find((variable) => variable.startsWith(`${LAUNCH_VARIABLE}=`));
  return launch === undefined ? { pid } : { pid, launch: launch.slice(LAUNCH_VARIABLE.length + 1) };
}

function killProcess(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // Gone already, or not ours to kill.
  }
}
