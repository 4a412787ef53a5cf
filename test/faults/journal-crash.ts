/** Lets a platform die at a step of its journal, under traffic, and looks at what comes back. */
import { expect, onTestFinished } from 'vitest';
import { deployTo, settled } from './client.ts';
import { countsOf } from './counts.ts';
import { ageBlobs, expectNothingLeaked, orphans } from './leftovers.ts';
import { remark, writeApplication } from './marked-application.ts';
import type { Machine, RunningPlatform } from './platform-process.ts';
import { type Sample, sample, Traffic } from './traffic.ts';
import { backwards, mixed, outageOf, unexplained } from './verdict.ts';

export const count = countsOf('journal kills');

interface Crash {
  /** Where it kills itself. */
  readonly at: string;
  /** Makes it come there; its failure is expected. */
  readonly change: (platform: RunningPlatform) => Promise<unknown>;
}

interface Survivor {
  readonly platform: RunningPlatform;
  readonly samples: readonly Sample[];
}

/** Lets the platform of the machine die at a step under traffic, and starts it again. */
export async function crash(machine: Machine, { at, change }: Crash): Promise<Survivor> {
  const platform = await machine.start({ APPCFG_CRASH_AT: at });
  const traffic = new Traffic(platform.routerPort);
  const given = change(platform).catch(() => {});
  const { signal, atMs } = await platform.ended;
  expect(signal, at).toBe('SIGKILL');
  // On other ports, so that what comes back comes from the journal and not from the client, which still asks.
  machine.forgetPorts();
  onTestFinished(() => given.then(() => {}));
  const again = await machine.start();
  traffic.port = again.routerPort;
  await settled(again);
  const afterwards = await Promise.all(['default', 'worker', 'site'].map((module) => sample(again.routerPort, module)));
  const samples = [...(await traffic.stop()), ...afterwards];
  const lost = unexplained(samples, [outageOf(samples, atMs, again.readyAtMs)]);
  count({ kills: 1, requests: samples.length, 'requests lost without a kill': lost.length });
  expect(lost, `${at}: lost`).toEqual([]);
  expect(mixed(samples), `${at}: mixed`).toEqual([]);
  expect(backwards(samples), `${at}: went back`).toEqual([]);
  expect(orphans(machine, again), `${at}: orphans`).toEqual([]);
  return { platform: again, samples: afterwards };
}

export function marksOf(samples: readonly Sample[]): readonly string[] {
  return samples.map(({ mark = '', failure = '' }) => mark + failure);
}

export async function twoReleases(machine: Machine): Promise<readonly string[]> {
  const paths = writeApplication(machine.directory, 'first');
  const platform = await machine.start();
  await deployTo(platform, machine, paths);
  remark(machine.directory, 'second');
  await deployTo(platform, machine, paths);
  await machine.end();
  return paths;
}

export async function collectAndEnd(machine: Machine, platform: RunningPlatform): Promise<void> {
  ageBlobs(machine);
  await machine.run('platform', 'collect', '--keep', '1');
  await machine.end();
  await platform.ended;
  await expectNothingLeaked(machine);
}
