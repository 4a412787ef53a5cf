/** Groups of processes with limits that the kernel holds, one for each instance; nothing where the machine has none for us. */
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { KernelLimit } from '../../../model/isolation.ts';
import type { Clock } from '../../../support/clock.ts';
import { killGroup, makeGroup, processesIn, readGroupFile, removeGroup, writeGroupFile } from './cgroup-files.ts';
import { type Hierarchy, prepareHierarchy } from './cgroup-hierarchy.ts';
import { type CgroupPlace, type Controller, cgroupPlaces } from './cgroup-places.ts';
import { type GroupLimits, groupSettings, outOfMemoryKills } from './cgroup-settings.ts';
import type { Probe } from './choose-isolation.ts';

export interface Cgroup {
  /** A process joins by writing its number to each of them. */
  readonly joinFiles: readonly string[];
  /** Everything that runs in it, wherever it hid; undefined when there is no group to ask. */
  processes(): readonly number[] | undefined;
  /** The kernel killed in it for want of memory. */
  hasRunOutOfMemory(): boolean;
  /** Kills what is left, and removes the group. */
  end(): void;
}

export interface Cgroups {
  readonly limits: readonly KernelLimit[];
  readonly missingLimits: Probe;
  /** Where the groups are made; whoever finds them after our death may kill all that is in them. */
  readonly directories: readonly string[];
  create(name: string, limits: GroupLimits): Cgroup;
  /** Resolves when all groups are removed, or can't be. */
  close(): Promise<void>;
}

export interface CgroupOptions {
  readonly clock: Clock;
  /** Of the platform's own group. */
  readonly name: string;
  /** For tests; default: of this process. */
  readonly places?: readonly CgroupPlace[];
}

const RETRY_MS = 20;
const RETRIES = 100;
const WEIGHT_A_PROCESSOR = 100;

const limitOf: Readonly<Record<Controller, KernelLimit>> = { memory: 'memory', cpu: 'cpu', pids: 'processes' };

export function openCgroups({ clock, name, places = ownPlaces() }: CgroupOptions): Cgroups {
  const prepared = places.map((place) => prepareHierarchy(place, name, WEIGHT_A_PROCESSOR * availableParallelism()));
  const hierarchies = prepared.flatMap(({ hierarchy }) => (hierarchy ? [hierarchy] : []));
  const limits = [...new Set(hierarchies.flatMap(({ controllers }) => controllers))].map(
    (controller) => limitOf[controller],
  );
  const problems = prepared.flatMap(({ problem }) => problem ?? []);
  const leaving = new Set<Promise<void>>();
  return {
    limits,
    missingLimits: missingLimits(limits, problems),
    directories: hierarchies.map(({ directory }) => directory),
    create: (groupName, wanted) => {
      const groups = hierarchies.flatMap((hierarchy) => createGroup(hierarchy, groupName, wanted));
      const remove = () => {
        const removal = removeAll(groups, clock).finally(() => leaving.delete(removal));
        leaving.add(removal);
      };
      return cgroupOf(groups, remove);
    },
    close: async () => {
      await Promise.all(leaving);
      for (const hierarchy of hierarchies) hierarchy.close();
    },
  };
}

function cgroupOf(groups: readonly string[], remove: () => void): Cgroup {
  return {
    joinFiles: groups.map((group) => join(group, 'cgroup.procs')),
    processes: () => (groups[0] === undefined ? undefined : processesIn(groups[0])),
    hasRunOutOfMemory: () =>
      groups.some((group) =>
        ['memory.oom_control', 'memory.events'].some((file) => outOfMemoryKills(readGroupFile(group, file)) > 0),
      ),
    end: () => {
      for (const group of groups) killGroup(group);
      remove();
    },
  };
}

/** A group whose limits can't be set is no group: nothing joins it. */
function createGroup(hierarchy: Hierarchy, name: string, limits: GroupLimits): readonly string[] {
  const group = join(hierarchy.directory, name);
  if (makeGroup(group) !== undefined) return [];
  for (const { file, value, isOptional } of groupSettings(hierarchy.version, hierarchy.controllers, limits)) {
    if (writeGroupFile(group, file, value) === undefined || isOptional === true) continue;
    removeGroup(group);
    return [];
  }
  return [group];
}

/** The kernel needs a moment to bury what was killed. */
async function removeAll(groups: readonly string[], clock: Clock): Promise<void> {
  let left = groups.filter((group) => !removeGroup(group));
  for (let attempt = 0; left.length > 0 && attempt < RETRIES; attempt += 1) {
    await clock.sleep(RETRY_MS);
    for (const group of left) killGroup(group);
    left = left.filter((group) => !removeGroup(group));
  }
}

function missingLimits(limits: readonly KernelLimit[], problems: readonly string[]): Probe {
  if (limits.length === Object.keys(limitOf).length) return { isAvailable: true };
  const missing = Object.values(limitOf).filter((limit) => !limits.includes(limit));
  const because = problems.length === 0 ? 'this machine has no control groups for them' : problems.join('; ');
  return {
    isAvailable: false,
    reason: `the kernel does not limit ${missing.join(', ')}: ${because}`,
    advice: 'Run the platform as a systemd service of its own with Delegate=yes, so that it may set limits.',
  };
}

function ownPlaces(): readonly CgroupPlace[] {
  try {
    return cgroupPlaces(readFileSync('/proc/self/mountinfo', 'utf8'), readFileSync('/proc/self/cgroup', 'utf8'));
  } catch {
    return [];
  }
}
