/** Nothing survives a daemon that was killed without a chance to clean up. */
import { type ChildProcess, fork, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import {
  findMarked,
  findWithPs,
  killMarked,
  LAUNCH_VARIABLE,
  PLATFORM_VARIABLE,
} from '../../../src/platform/serving/nonce-sweep.ts';
import { createOrphanGuard } from '../../../src/platform/serving/orphan-guard.ts';
import { systemClock } from '../../../src/support/clock.ts';
import { createRig, desiredOf, eventually, isAlive, manual } from './serving-rig.ts';

const isLinux = process.platform === 'linux';
const noneLeft = async (nonce: string) => (await findMarked(nonce, systemClock)).length === 0;

/** In a group of its own, with exactly this environment. */
function startSleeper(environment: Record<string, string>): ChildProcess {
  const sleeper = spawn(process.execPath, ['-e', 'console.log(1); setInterval(() => {}, 60_000)'], {
    detached: true,
    stdio: ['ignore', 'pipe', 'ignore'],
    env: environment,
  });
  sleeper.unref();
  sleepers.push(sleeper);
  return sleeper;
}
const sleepers: ChildProcess[] = [];
afterEach(() => {
  for (const sleeper of sleepers.splice(0)) sleeper.kill('SIGKILL');
});

interface DaemonNews {
  readonly inGroup: number;
  readonly escaped: number;
  readonly directory: string;
}

describe.skipIf(!isLinux)('a daemon killed with SIGKILL', () => {
  it('leaves neither its instances nor what they forked, in their group or out of it', async () => {
    const nonce = randomBytes(12).toString('hex');
    const daemon = fork(fileURLToPath(new URL('daemon.ts', import.meta.url)), [nonce], {
      execArgv: ['--import', 'tsx'],
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    const [pids] = (await once(daemon, 'message')) as [DaemonNews];
    expect(await findMarked(nonce, systemClock)).toHaveLength(3);
    daemon.kill('SIGKILL');
    await eventually(() => noneLeft(nonce), 'the end of all processes');
    expect([isAlive(pids.inGroup), isAlive(pids.escaped)]).toEqual([false, false]);
    await rm(pids.directory, { recursive: true });
  });

  it('is cleaned up after by the next engine, before that starts anything', async () => {
    const nonce = randomBytes(12).toString('hex');
    const orphan = startSleeper({ [PLATFORM_VARIABLE]: nonce });
    const stranger = startSleeper({ [PLATFORM_VARIABLE]: `${nonce}0` });
    await Promise.all([orphan, stranger].map((sleeper) => once(sleeper.stdout ?? sleeper, 'data')));
    const rig = await createRig({ nonce });
    await rig.serve(desiredOf('serving-ok', { scaling: manual(1) }));
    expect([isAlive(orphan.pid ?? 0), isAlive(stranger.pid ?? 0)]).toEqual([false, true]);
    await rig.end();
  });
});

describe('the orphan guard', () => {
  it('kills the groups that are still listed when its input ends, and no others', async () => {
    const nonce = randomBytes(12).toString('hex');
    const guard = createOrphanGuard(nonce, systemClock);
    const [kept, removed] = [startSleeper({}), startSleeper({})];
    for (const sleeper of [kept, removed]) guard.add(sleeper.pid ?? 0);
    guard.remove(removed.pid ?? 0);
    const died = once(kept, 'exit');
    await guard.close();
    await died;
    expect(isAlive(removed.pid ?? 0)).toBe(true);
  });

  it.skipIf(!isLinux)('survives the signals of a terminal, and is replaced when it is killed', async () => {
    const nonce = randomBytes(12).toString('hex');
    const guard = createOrphanGuard(nonce, systemClock);
    const sleeper = startSleeper({});
    guard.add(sleeper.pid ?? 0);
    const first = guard.pid ?? 0;
    // Bits 1, 2 and 15 of the mask: SIGHUP, SIGINT, SIGTERM.
    const ignored = () =>
      Number.parseInt(/^SigIgn:\s+(\w+)/m.exec(readFileSync(`/proc/${first}/status`, 'latin1'))?.[1] ?? '0', 16);
    await eventually(() => (ignored() & 0x4003) === 0x4003, 'the traps of the guard');
    for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.kill(first, name);
    expect(isAlive(first)).toBe(true);
    process.kill(first, 'SIGKILL');
    await eventually(() => guard.pid !== undefined && guard.pid !== first, 'the next guard');
    const died = once(sleeper, 'exit');
    await guard.close();
    await died;
  });
});

describe('the sweep', () => {
  it.skipIf(!isLinux)('finds with ps what it finds in /proc', async () => {
    const nonce = randomBytes(12).toString('hex');
    const sleeper = startSleeper({ [PLATFORM_VARIABLE]: nonce, [LAUNCH_VARIABLE]: '7' });
    await once(sleeper.stdout ?? sleeper, 'data');
    const expected = [{ pid: sleeper.pid, launch: '7' }];
    expect(await findMarked(nonce, systemClock)).toEqual(expected);
    expect(await findWithPs(nonce, systemClock)).toEqual(expected);
    expect(await killMarked(nonce, systemClock, (launch) => launch === '7')).toBe(0);
    expect(await killMarked(nonce, systemClock)).toBe(1);
    await eventually(() => noneLeft(nonce));
  });
});
