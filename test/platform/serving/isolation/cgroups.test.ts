/** Control groups as the plain files that they are: where they are found, what is written, what is left. */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type CgroupPlace, cgroupPlaces } from '../../../../src/platform/serving/isolation/cgroup-places.ts';
import { groupSettings, outOfMemoryKills } from '../../../../src/platform/serving/isolation/cgroup-settings.ts';
import { openCgroups } from '../../../../src/platform/serving/isolation/cgroups.ts';
import { systemClock } from '../../../../src/support/clock.ts';
import { temporaryDirectory } from '../../temporary-directory.ts';

const hybridMounts = `31 23 0:28 / /sys/fs/cgroup rw,relatime - tmpfs tmpfs rw,mode=755
32 31 0:29 / /sys/fs/cgroup/cpu,cpuacct rw,relatime - cgroup cgroup rw,cpu,cpuacct
35 31 0:32 / /sys/fs/cgroup/memory rw,relatime - cgroup cgroup rw,memory
36 31 0:33 / /sys/fs/cgroup/devices rw,relatime - cgroup cgroup rw,devices
39 31 0:36 / /sys/fs/cgroup/pids rw,relatime - cgroup cgroup rw,pids
41 31 0:38 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw
`;
const hybridGroups = '9:name=systemd:/\n8:pids:/\n5:devices:/\n4:memory:/runner/a b\n1:cpu,cpuacct:/\n0::/leaf\n';

describe('the place of this process', () => {
  it('is found in each hierarchy that has limits, of both versions', () => {
    expect(cgroupPlaces(hybridMounts, hybridGroups)).toEqual([
      { version: 1, directory: '/sys/fs/cgroup/pids', controllers: ['pids'] },
      { version: 1, directory: '/sys/fs/cgroup/memory/runner/a b', controllers: ['memory'] },
      { version: 1, directory: '/sys/fs/cgroup/cpu,cpuacct', controllers: ['cpu'] },
      { version: 2, directory: '/sys/fs/cgroup/unified/leaf', controllers: [] },
    ]);
  });

  it.each([
    [
      'the only hierarchy of version 2',
      '30 23 0:26 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw',
      '0::/user.slice',
      ['/sys/fs/cgroup/user.slice'],
    ],
    [
      'a part of it, mounted for a container',
      '30 23 0:26 /docker/x /sys/fs/cgroup rw - cgroup2 cgroup2 rw',
      '0::/docker/x/y',
      ['/sys/fs/cgroup/y'],
    ],
    [
      'the root of what is mounted',
      '30 23 0:26 /docker/x /sys/fs/cgroup rw - cgroup2 cgroup2 rw',
      '0::/docker/x',
      ['/sys/fs/cgroup'],
    ],
    ['outside of what is mounted', '30 23 0:26 /docker/x /sys/fs/cgroup rw - cgroup2 cgroup2 rw', '0::/other', []],
    ['outside of the namespace', '30 23 0:26 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw', '0::/../..', []],
    ['not mounted', '', '0::/', []],
    [
      'a name with a blank',
      '30 23 0:26 / /sys/fs/my\\040groups rw - cgroup2 cgroup2 rw',
      '0::/',
      ['/sys/fs/my groups'],
    ],
  ])('%s', (_, mounts, groups, expected) => {
    expect(cgroupPlaces(mounts, groups).map(({ directory }) => directory)).toEqual(expected);
  });
});

const limits = { memoryBytes: 1000, cpuWeight: 25, processes: 64 };

describe('the settings of a group', () => {
  const written = (version: 1 | 2) =>
    groupSettings(version, ['memory', 'cpu', 'pids'], limits).map(({ file, value }) => `${file}=${value}`);

  it('in version 1', () => {
    expect(written(1)).toEqual([
      'memory.limit_in_bytes=1000',
      'memory.memsw.limit_in_bytes=1000',
      'cpu.shares=256',
      'pids.max=64',
    ]);
  });

  it('in version 2', () => {
    expect(written(2)).toEqual([
      'memory.max=1000',
      'memory.swap.max=0',
      'memory.oom.group=1',
      'cpu.weight=25',
      'pids.max=64',
    ]);
  });

  it.each([
    ['oom_kill_disable 0\nunder_oom 0\noom_kill 2\n', 2],
    ['low 0\nhigh 0\nmax 3\noom 1\noom_kill 3\noom_group_kill 1\n', 3],
    ['oom_kill_disable 0\nunder_oom 0\n', 0],
    ['', 0],
  ])('%j tells of %i kills', (text, kills) => {
    expect(outOfMemoryKills(text)).toBe(kills);
  });
});

/** Groups of the kernel have their files from the beginning; these are made as the test needs them. */
function fakeHierarchy(place: Omit<CgroupPlace, 'directory'>, files: Readonly<Record<string, string>> = {}) {
  const directory = join(temporaryDirectory(), 'group');
  mkdirSync(directory);
  for (const [name, content] of Object.entries(files)) writeFileSync(join(directory, name), content);
  return { ...place, directory };
}

describe('groups', () => {
  it('of version 2: controllers are handed down, limits written, processes asked for', async () => {
    const place = fakeHierarchy({ version: 2, controllers: [] }, { 'cgroup.controllers': 'cpu memory pids io\n' });
    const cgroups = openCgroups({ clock: systemClock, name: 'appcfg-x', places: [place] });
    expect(cgroups.limits).toEqual(['memory', 'cpu', 'processes']);
    expect(cgroups.missingLimits).toEqual({ isAvailable: true });
    const parent = join(place.directory, 'appcfg-x');
    expect(cgroups.directories).toEqual([parent]);
    expect(readFileSync(join(place.directory, 'cgroup.subtree_control'), 'utf8')).toBe('+memory +cpu +pids');
    expect(readFileSync(join(parent, 'cgroup.subtree_control'), 'utf8')).toBe('+memory +cpu +pids');
    const group = cgroups.create('one', limits);
    expect(group.joinFiles).toEqual([join(parent, 'one', 'cgroup.procs')]);
    expect(readFileSync(join(parent, 'one', 'memory.max'), 'utf8')).toBe('1000');
    writeFileSync(join(parent, 'one', 'cgroup.procs'), '7\n0\n9\n');
    expect(group.processes()).toEqual([7, 9]);
    expect(group.hasRunOutOfMemory()).toBe(false);
    writeFileSync(join(parent, 'one', 'memory.events'), 'oom_kill 1\n');
    expect(group.hasRunOutOfMemory()).toBe(true);
  });

  it('of version 1: one in each hierarchy, removed with all that was made', async () => {
    const memory = fakeHierarchy({ version: 1, controllers: ['memory'] });
    const pids = fakeHierarchy({ version: 1, controllers: ['pids'] });
    const cgroups = openCgroups({ clock: systemClock, name: 'appcfg-x', places: [memory, pids] });
    expect(cgroups.limits).toEqual(['memory', 'processes']);
    expect(cgroups.missingLimits).toMatchObject({ reason: expect.stringContaining('does not limit cpu') });
    expect(cgroups.create('one', limits).joinFiles).toHaveLength(2);
    expect(readdirSync(join(pids.directory, 'appcfg-x'))).toEqual(['one']);
  });

  it('that can not be made are missing, and nothing fails', async () => {
    const place = { version: 1, directory: '/nonexistent/group', controllers: ['memory', 'cpu', 'pids'] } as const;
    const cgroups = openCgroups({ clock: systemClock, name: 'appcfg-x', places: [place] });
    expect(cgroups.limits).toEqual([]);
    expect(cgroups.missingLimits).toMatchObject({
      isAvailable: false,
      reason: expect.stringContaining('/nonexistent/group'),
      advice: expect.stringContaining('Delegate=yes'),
    });
    const group = cgroups.create('one', limits);
    expect([group.joinFiles, group.processes(), group.hasRunOutOfMemory()]).toEqual([[], undefined, false]);
    group.end();
    await cgroups.close();
  });

  it('left by a run that was killed are gone with the next one', async () => {
    const place = fakeHierarchy({ version: 1, controllers: ['memory'] });
    const left = join(place.directory, 'appcfg-x', 'left');
    mkdirSync(left, { recursive: true });
    const cgroups = openCgroups({ clock: systemClock, name: 'appcfg-x', places: [place] });
    expect(existsSync(left)).toBe(false);
    await cgroups.close();
    expect(existsSync(join(place.directory, 'appcfg-x'))).toBe(false);
  });

  it('of a hierarchy of version 2 without limits are of no use where they can not be killed', () => {
    const place = fakeHierarchy({ version: 2, controllers: [] }, { 'cgroup.controllers': 'hugetlb\n' });
    const cgroups = openCgroups({ clock: systemClock, name: 'appcfg-x', places: [place] });
    expect(cgroups.directories).toEqual([]);
    expect(existsSync(join(place.directory, 'appcfg-x'))).toBe(false);
  });
});
