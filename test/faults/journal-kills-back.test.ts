/** The platform is killed at every step of a rollback and of a collection, under traffic. */
import { expect, it } from 'vitest';
import { backendOf, deployTo } from './client.ts';
import { collectAndEnd, crash, marksOf, twoReleases } from './journal-crash.ts';
import { ageBlobs } from './leftovers.ts';
import { APPLICATION, remark } from './marked-application.ts';
import { Machine } from './platform-process.ts';

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
