/** Full, read-only, forbidden and damaged disks; files that change under the reader; clocks that jump. */
import { spawn } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  cpSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { isAppcfgError } from '../../src/errors.ts';
import { backendOf, deployTo, settled } from './client.ts';
import { countsOf } from './counts.ts';
import { ageBlobs, expectNothingLeaked } from './leftovers.ts';
import { APPLICATION, MODULES, remark, writeApplication } from './marked-application.ts';
import { Machine, output, program, type RunningPlatform } from './platform-process.ts';
import { canMount, mountSmallDisk, remount } from './small-disk.ts';
import { sample, Traffic } from './traffic.ts';
import { backwards, mixed } from './verdict.ts';

const count = countsOf('disks');

async function marks(platform: RunningPlatform): Promise<readonly string[]> {
  const samples = await Promise.all(MODULES.map((module) => sample(platform.routerPort, module)));
  return samples.map(({ mark = '', failure = '' }) => mark + failure);
}

const same = (mark: string) => [mark, mark, mark];
const codeOf = (error: unknown) => (isAppcfgError(error) ? error.code : error);

describe.skipIf(!canMount)('a full disk (needs root, to mount one)', () => {
  it('fails a deploy in words wherever it fills up, serves on, and lets the same command complete', async () => {
    const machine = new Machine();
    const disk = mountSmallDisk(machine);
    const paths = writeApplication(machine.directory, 'free-start');
    const platform = await machine.start();
    await deployTo(platform, machine, paths);
    const traffic = new Traffic(platform.routerPort);
    let live = 'free-start';
    let failures = 0;
    for (let free = 0; free <= 256 * 1024; free = free === 0 ? 4096 : Math.ceil((free * 1.25) / 4096) * 4096) {
      const next = `free-${free}`;
      remark(machine.directory, next);
      writeFileSync(join(machine.directory, 'worker', 'large.bin'), Buffer.alloc(64 * 1024, next));
      disk.leave(free);
      const failure = await deployTo(platform, machine, paths).then(
        () => undefined,
        (error: unknown) => error,
      );
      if (failure !== undefined) {
        failures += 1;
        expect(codeOf(failure), next).toBe('store.write-failed');
        expect(await marks(platform), `${next}: the former one serves`).toEqual(same(live));
      }
      disk.empty();
      await settled(platform);
      await deployTo(platform, machine, paths);
      expect(await marks(platform), `${next}: the same command completes`).toEqual(same(next));
      live = next;
    }
    const samples = await traffic.stop();
    count({ 'full disks': failures, requests: samples.length });
    expect(failures).toBeGreaterThan(3);
    expect(samples.filter(({ failure }) => failure !== undefined)).toEqual([]);
    expect(mixed(samples)).toEqual([]);
    expect(backwards(samples)).toEqual([]);
    await machine.end();
    const again = await machine.start();
    expect(await marks(again)).toEqual(same(live));
    ageBlobs(machine);
    expect(await machine.run('platform', 'collect', '--keep', '1')).toMatchObject({ code: 0 });
    await machine.end();
    await expectNothingLeaked(machine);
  });

  it('lets the platform start as far as it can, or says why not', async () => {
    const machine = new Machine();
    const disk = mountSmallDisk(machine);
    const paths = writeApplication(machine.directory, 'one');
    await deployTo(await machine.start(), machine, paths);
    await machine.end();
    disk.leave(0);
    const started = await machine.start().then(
      () => 'started',
      (error: unknown) => String(error),
    );
    if (started === 'started') await machine.end();
    else expect(started).toMatch(/Can't write .*: .*full/);
    expect(started).not.toMatch(/\n {4}at /);
    disk.empty();
    expect(await marks(await machine.start())).toEqual(same('one'));
    count({ 'full disks': 1 });
  });
});

describe('a disk that may not be written', () => {
  it.skipIf(process.getuid?.() !== 0)(
    'is named, when permission is denied (needs root, to be somebody else)',
    async () => {
      const machine = new Machine();
      mkdirSync(machine.state, { recursive: true });
      const nobody = 65_534;
      for (const directory of [machine.directory, machine.home, machine.state]) chownSync(directory, nobody, nobody);
      chmodSync(machine.state, 0o500);
      const child = spawn(process.execPath, [program, 'platform', 'run'], {
        env: machine.environment,
        cwd: '/',
        uid: nobody,
        gid: nobody,
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      const { code, stderr } = await output(child);
      expect(code).toBe(1);
      expect(stderr).toMatch(/Can't write .*state.*: permission denied/);
      expect(stderr).not.toMatch(/\n {4}at /);
      count({ 'forbidden disks': 1 });
    },
  );

  it.skipIf(!canMount)('is named, when it is read-only (needs root, to mount one)', async () => {
    const machine = new Machine();
    mountSmallDisk(machine);
    const paths = writeApplication(machine.directory, 'one');
    await deployTo(await machine.start(), machine, paths);
    await machine.end();
    remount(machine.home, 'ro');
    const { code, stderr } = await machine.run('platform', 'run');
    remount(machine.home, 'rw');
    expect(code).toBe(1);
    expect(stderr).toMatch(/Can't write .*: the file system is read-only/);
    expect(stderr).not.toMatch(/\n {4}at /);
    expect(await marks(await machine.start())).toEqual(same('one'));
    count({ 'read-only disks': 1 });
  });
});

describe('a state file that was cut', () => {
  it('is refused with its name and what to do, and is not touched', async () => {
    const machine = new Machine();
    const paths = writeApplication(machine.directory, 'one');
    await deployTo(await machine.start(), machine, paths);
    await machine.end();
    const file = join(machine.state, 'platform.db');
    const whole = join(machine.directory, 'whole.db');
    cpSync(file, whole);
    const { size } = statSync(file);
    for (const length of [0, 1, 99, 4096, Math.floor(size / 2), size - 4096, size - 1]) {
      rmSync(`${file}-wal`, { force: true });
      cpSync(whole, file);
      truncateSync(file, length);
      const before = readFileSync(file);
      const { code, stderr } = await machine.run('platform', 'run');
      expect(code, `cut to ${length}`).toBe(1);
      expect(stderr, `cut to ${length}`).toMatch(/platform\.db is damaged: .*Nothing was changed/);
      expect(stderr, `cut to ${length}`).toMatch(/backup/);
      expect(stderr).not.toMatch(/\n {4}at /);
      expect(readFileSync(file).equals(before), `cut to ${length}: untouched`).toBe(true);
      count({ 'damaged files': 1 });
    }
    rmSync(`${file}-wal`, { force: true });
    cpSync(whole, file);
    expect(await marks(await machine.start())).toEqual(same('one'));
  });
});

describe('a file that changes while it is deployed', () => {
  it.each(['longer', 'of the same length', 'gone'])('%s: the deploy names it, and changes nothing', async (how) => {
    const machine = new Machine();
    const paths = writeApplication(machine.directory, 'one');
    const platform = await machine.start();
    await deployTo(platform, machine, paths);
    remark(machine.directory, 'two');
    const file = join(machine.directory, 'worker', 'mark.txt');
    const backend = backendOf(platform);
    const missing: typeof backend.files.missing = async (...question) => {
      const answer = await backend.files.missing(...question);
      if (how === 'gone') rmSync(file);
      else writeFileSync(file, how === 'longer' ? 'worker two and more' : 'worker ten');
      return answer;
    };
    const changing = { ...backend, files: { ...backend.files, missing } };
    const failure = await deployTo(platform, machine, paths, changing).catch((error: unknown) => error);
    expect(codeOf(failure)).toBeOneOf(['packaging.changed-while-reading', 'packaging.unreadable']);
    expect(String(failure)).toContain(file);
    expect(await marks(platform)).toEqual(same('one'));
    remark(machine.directory, 'two');
    await deployTo(platform, machine, paths);
    expect(await marks(platform)).toEqual(same('two'));
    expect((await backend.releases.list(APPLICATION)).length).toBe(2);
    count({ 'changing files': 1 });
  });
});
