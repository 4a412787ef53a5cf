/** The platform is killed at every step of a release, under traffic: afterwards all is old or all is new. */
import { expect, it } from 'vitest';
import { deployTo, settled } from './client.ts';
import { collectAndEnd, count, crash, marksOf, twoReleases } from './journal-crash.ts';
import { orphans } from './leftovers.ts';
import { remark } from './marked-application.ts';
import { Machine, type RunningPlatform } from './platform-process.ts';
import { sample } from './traffic.ts';

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
