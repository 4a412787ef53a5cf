/** Prepares the platform's own group in one hierarchy of control groups, below the group of this process. */
import { join } from 'node:path';
import {
  groupsBelow,
  hasGroupFile,
  killGroup,
  makeGroup,
  type Problem,
  readGroupFile,
  removeGroup,
  writeGroupFile,
} from './cgroup-files.ts';
import type { CgroupPlace, Controller } from './cgroup-places.ts';

/** Instances get groups of their own in `directory`. */
export interface Hierarchy {
  readonly version: 1 | 2;
  readonly directory: string;
  /** The limits that can be set in its groups. */
  readonly controllers: readonly Controller[];
  /** Removes the directory, whose groups must be gone, and what else was changed. */
  close(): void;
}

export interface PreparedHierarchy {
  readonly hierarchy?: Hierarchy;
  /** Why some or all limits can't be set. */
  readonly problem?: string;
}

/** @param name of the group, unique to this platform and the same after its restart */
export function prepareHierarchy(place: CgroupPlace, name: string, weight: number): PreparedHierarchy {
  const directory = join(place.directory, name);
  const problem = makeGroup(directory);
  if (problem !== undefined) return { problem: `${place.directory} can't be written to (${problem})` };
  // Left by a former run that was killed.
  for (const group of groupsBelow(directory)) {
    killGroup(group);
    removeGroup(group);
  }
  return place.version === 1 ? firstVersion(place, directory, weight) : secondVersion(place, name, weight);
}

function firstVersion(place: CgroupPlace, directory: string, weight: number): PreparedHierarchy {
  // All instances together are as much to the scheduler as that many programs, not as much as one.
  if (place.controllers.includes('cpu')) writeGroupFile(directory, 'cpu.shares', String(Math.round(weight * 10.24)));
  const close = () => void removeGroup(directory);
  return { hierarchy: { version: 1, directory, controllers: place.controllers, close } };
}

const wanted: readonly Controller[] = ['memory', 'cpu', 'pids'];

function secondVersion(place: CgroupPlace, name: string, weight: number): PreparedHierarchy {
  const directory = join(place.directory, name);
  const offered = readGroupFile(place.directory, 'cgroup.controllers').trim().split(/\s+/);
  const controllers = wanted.filter((controller) => offered.includes(controller));
  // Even without limits: only this version can kill a whole group at once.
  if (controllers.length === 0 && !hasGroupFile(directory, 'cgroup.kill')) {
    removeGroup(directory);
    return { problem: `${place.directory} offers no limits` };
  }
  const enabled = controllers.length === 0 ? { undo: () => undefined } : enable(place.directory, name, controllers);
  const inner = enabled.problem === undefined ? enableIn(directory, controllers) : undefined;
  const problem = enabled.problem ?? inner;
  if (problem === undefined && controllers.includes('cpu'))
    writeGroupFile(directory, 'cpu.weight', String(Math.min(10_000, weight)));
  const close = () => {
    removeGroup(directory);
    enabled.undo();
  };
  return {
    hierarchy: { version: 2, directory, controllers: problem === undefined ? controllers : [], close },
    ...(problem === undefined ? {} : { problem }),
  };
}

interface Enabled {
  readonly problem?: string;
  undo(): void;
}

/**
 * A group that hands controllers to the groups below it must not hold processes itself, so this process moves into a
 * group beside those of the instances. Others are left where they are: then it can't be done.
 */
function enable(parent: string, name: string, controllers: readonly Controller[]): Enabled {
  const before = readGroupFile(parent, 'cgroup.subtree_control').trim().split(/\s+/);
  const missing = controllers.filter((controller) => !before.includes(controller));
  const disable = () => {
    for (const controller of missing) writeGroupFile(parent, 'cgroup.subtree_control', `-${controller}`);
  };
  if (enableIn(parent, missing) === undefined) return { undo: disable };
  const own = join(parent, `${name}-platform`);
  const pid = String(process.pid);
  if (makeGroup(own) !== undefined) return { problem: `${parent} can't be divided`, undo: () => undefined };
  const moved = writeGroupFile(own, 'cgroup.procs', pid);
  const undo = () => {
    disable();
    writeGroupFile(parent, 'cgroup.procs', pid);
    removeGroup(own);
  };
  const problem = moved ?? enableIn(parent, missing);
  if (problem === undefined) return { undo };
  undo();
  return { problem: `${parent} holds other programs too (${problem})`, undo: () => undefined };
}

function enableIn(directory: string, controllers: readonly Controller[]): Problem {
  if (controllers.length === 0) return undefined;
  return writeGroupFile(
    directory,
    'cgroup.subtree_control',
    controllers.map((controller) => `+${controller}`).join(' '),
  );
}
