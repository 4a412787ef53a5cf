/** The platform is killed at every step of its journal, under traffic: afterwards all is old or all is new. */
import { expect, it } from 'vitest';
import { backendOf, deployTo, settled } from './client.ts';
import { countsOf } from './counts.ts';
import { ageBlobs, expectNothingLeaked, orphans } from './leftovers.ts';
import { APPLICATION, remark, writeApplication } from './marked-application.ts';
import { Machine, type RunningPlatform } from './platform-process.ts';
import { type Sample, sample, Traffic } from './traffic.ts';
import { backwards, mixed, outageOf, unexplained } from './verdict.ts';

const count = countsOf('journal kills');

const releaseSteps = [
  'release.accepted',
  'release.materialised#1',
  'release.materialised#2',
  'release.materialised#3',
  'release.preparing',
  'release.prepared',
  'release.committing',
  'release.committed',
  'release.swapped',
  'release.ended',
];
const rollbackSteps = [
  'accepted',
  'materialised',
  'preparing',
  'prepared',
  'committing',
  'committed',
  'swapped',
  'ended',
];
const collectionSteps = ['releases', 'directory', 'blob', 'blob#2'];

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
async function crash(machine: Machine, { at, change }: Crash): Promise<Survivor> {
  const platform = await machine.start({ APPCFG_CRASH_AT: at });
  const traffic = new Traffic(platform.routerPort);
  const [, { signal, atMs }] = await Promise.all([change(platform).catch(() => {}), platform.ended]);
  expect(signal, at).toBe('SIGKILL');
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

function marksOf(samples: readonly Sample[]): readonly string[] {
  return samples.map(({ mark = '', failure = '' }) => mark + failure);
}

async function twoReleases(machine: Machine): Promise<readonly string[]> {
  const paths = writeApplication(machine.directory, 'first');
  const platform = await machine.start();
  await deployTo(platform, machine, paths);
  remark(machine.directory, 'second');
  await deployTo(platform, machine, paths);
  await machine.end();
  return paths;
}

async function collectAndEnd(machine: Machine, platform: RunningPlatform): Promise<void> {
  ageBlobs(machine);
  await machine.run('platform', 'collect', '--keep', '1');
  await machine.end();
  await platform.ended;
  await expectNothingLeaked(machine);
}

it('is wholly new after a release that was cut anywhere, and the same command completes', async () => {
  const machine = new Machine();
  const paths = await twoReleases(machine);
  let last: RunningPlatform | undefined;
  for (const at of releaseSteps) {
    const mark = `at-${at}`;
    remark(machine.directory, mark);
    const { platform, samples } = await crash(machine, { at, change: (old) => deployTo(old, machine, paths) });
    expect(marksOf(samples), at).toEqual([mark, mark, mark]);
    expect(await deployTo(platform, machine, paths), at).toMatchObject({ outcome: 'unchanged' });
    last = platform;
    await machine.end();
  }
  last = await machine.start();
  await collectAndEnd(machine, last);
});

it('is wholly back after a rollback that was cut anywhere', async () => {
  const machine = new Machine();
  await twoReleases(machine);
  let [live, before] = ['second', 'first'];
  for (const step of rollbackSteps) {
    const at = `rollback.${step}`;
    const { samples } = await crash(machine, {
      at,
      change: (old) => backendOf(old).releases.rollback(APPLICATION, undefined),
    });
    [live, before] = [before, live];
    expect(marksOf(samples), at).toEqual([live, live, live]);
    await machine.end();
  }
  await collectAndEnd(machine, await machine.start());
});

it('serves as before after a collection that was cut anywhere, and the next one does the rest', async () => {
  const machine = new Machine();
  const paths = await twoReleases(machine);
  for (const step of collectionSteps) {
    const mark = `before-${step}`;
    remark(machine.directory, mark);
    await deployTo(await machine.start(), machine, paths);
    await machine.end();
    ageBlobs(machine);
    const at = `collection.${step}`;
    const { samples } = await crash(machine, { at, change: () => machine.run('platform', 'collect', '--keep', '1') });
    expect(marksOf(samples), at).toEqual([mark, mark, mark]);
    await machine.end();
  }
  await collectAndEnd(machine, await machine.start());
});

it('comes through a second death in the middle of the recovery from the first', async () => {
  const machine = new Machine();
  const paths = await twoReleases(machine);
  remark(machine.directory, 'third');
  const platform = await machine.start({ APPCFG_CRASH_AT: 'release.prepared' });
  await Promise.all([deployTo(platform, machine, paths).catch(() => {}), platform.ended]);
  for (const at of ['release.preparing', 'release.committing']) {
    expect(await machine.startToDie({ APPCFG_CRASH_AT: at }), at).toBe('SIGKILL');
    count({ kills: 1 });
  }
  const again = await machine.start();
  await settled(again);
  expect((await sample(again.routerPort, 'worker')).mark).toBe('third');
  expect(orphans(machine, again)).toEqual([]);
  await collectAndEnd(machine, again);
});
