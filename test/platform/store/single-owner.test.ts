import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { identityOf, isAlive } from '../../../src/platform/store/process-identity.ts';
import { acquireOwnership } from '../../../src/platform/store/single-owner.ts';
import { startProgram } from './run-program.ts';

const hasProc = existsSync('/proc/self/stat');
let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'appcfg-owner-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

it('has one owner, and another one after it let go', async () => {
  const first = await acquireOwnership(directory);
  await expect(acquireOwnership(directory)).rejects.toMatchObject({
    code: 'store.in-use',
    details: { directory, pid: process.pid },
  });
  first.release();
  first.release();
  const second = await acquireOwnership(directory);
  first.release();
  await expect(acquireOwnership(directory)).rejects.toMatchObject({ code: 'store.in-use' });
  second.release();
});

it('leaves one small file, however often it changes hands', async () => {
  for (let round = 0; round < 5; round += 1) (await acquireOwnership(directory)).release();
  expect(readdirSync(directory)).toEqual(['owner.5']);
});

it('owns several things in one directory apart', async () => {
  await acquireOwnership(directory, 'a');
  await acquireOwnership(directory, 'b');
  await expect(acquireOwnership(directory, 'a')).rejects.toMatchObject({ code: 'store.in-use' });
});

it.each([
  ['an empty file', ''],
  ['half a file', '{"pid":1'],
  ['zeros', '\0\0\0\0'],
])('takes over %s, which a crash of the machine may leave', async (_what, content) => {
  writeFileSync(join(directory, 'owner.3'), content);
  await acquireOwnership(directory);
  expect(JSON.parse(readFileSync(join(directory, 'owner.4'), 'utf8'))).toMatchObject({ pid: process.pid });
});

it.skipIf(!hasProc)('is not fooled by a later process with the same number, nor by an earlier boot', async () => {
  const mine = identityOf(process.pid);
  expect(isAlive(mine)).toBe(true);
  expect(isAlive({ ...mine, startTime: '1' })).toBe(false);
  expect(isAlive({ ...mine, bootId: 'another boot' })).toBe(false);
  expect(isAlive({ ...mine, startTime: null, bootId: null })).toBe(true);
  writeFileSync(join(directory, 'owner.1'), JSON.stringify({ ...mine, startTime: '1' }));
  await acquireOwnership(directory);
});

it('gives the directory of a killed owner to exactly one of those who want it', async () => {
  const holder = startProgram('race-for-ownership', [directory]);
  await holder.printed(/mine/);
  holder.process.kill('SIGKILL');
  await holder.ended;
  const racers = Array.from({ length: 4 }, () => startProgram('race-for-ownership', [directory]));
  try {
    await Promise.all(racers.map((racer) => racer.printed(/mine|refused/)));
    const answers = racers.map((racer) => racer.output().replace('ready\n', '').trim());
    expect(answers.sort()).toEqual(['mine', ...Array.from({ length: 3 }, () => 'refused store.in-use')]);
  } finally {
    for (const racer of racers) racer.process.kill('SIGKILL');
    await Promise.all(racers.map((racer) => racer.ended));
  }
  await acquireOwnership(directory);
});
