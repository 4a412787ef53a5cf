/** What a platform has on disk and in the process table, against what its state says it should have. */
import { existsSync, readdirSync, readFileSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { DesiredState } from '../../src/platform/desired-state.ts';
import { openStateStore } from '../../src/platform/store/open-state-store.ts';
import { migrations } from '../../src/platform/store/schema.ts';
import type { Machine, RunningPlatform } from './platform-process.ts';

/**
 * Every marked process must descend from the running platform. One that ended while it was looked at has no parent any
 * more and is none: what counts is still there afterwards.
 */
export function orphans(machine: Machine, platform: RunningPlatform): readonly string[] {
  const suspects = machine.marked().filter((pid) => !isDescendant(pid, platform.pid));
  const left = suspects.length === 0 ? [] : machine.marked();
  return suspects
    .filter((pid) => left.includes(pid) && !isDescendant(pid, platform.pid))
    .map((pid) => `${pid} (child of ${parentOf(pid)}): ${commandOf(pid)}`);
}

/** Makes stored files old enough for collection. */
export function ageBlobs({ state }: Machine): void {
  for (const file of blobFiles(state)) utimesSync(join(state, 'blobs', 'blobs', file), 0, 0);
}

/** After the platform has ended in order: nothing is there that the state does not name, and nothing is missing. */
export async function expectNothingLeaked(machine: Machine): Promise<void> {
  const { state } = machine;
  expect(machine.marked(), 'processes').toEqual([]);
  const store = await openStateStore(join(state, 'platform.db'), migrations);
  try {
    const desired = new DesiredState(store);
    expect(desired.pendingOperations(), 'pending operations').toEqual([]);
    const manifests = desired.manifests();
    const digests = new Set(manifests.flatMap(({ manifest }) => manifest.files.map(({ digest }) => digest)));
    expect(
      blobFiles(state).map((file) => file.replace('/', '')),
      'blobs',
    ).toEqual([...digests].sort());
    const directories = names(join(state, 'trees')).flatMap((application) => names(join(state, 'trees', application)));
    expect(directories.sort(), 'version directories').toEqual(manifests.map(({ digest }) => digest).sort());
    for (const folder of ['incoming', 'trash']) expect(names(join(state, 'blobs', folder)), folder).toEqual([]);
    expect(names(join(state, 'run', 'instances')), 'scratch directories').toEqual([]);
    expect(existsSync(join(state, 'platform.json')), 'the file that says it runs').toBe(false);
  } finally {
    store.close();
  }
}

function blobFiles(state: string): readonly string[] {
  const folder = join(state, 'blobs', 'blobs');
  return names(folder)
    .flatMap((shard) => names(join(folder, shard)).map((rest) => `${shard}/${rest}`))
    .sort();
}

function names(directory: string): string[] {
  return existsSync(directory) ? readdirSync(directory) : [];
}

function isDescendant(pid: number, ancestor: number): boolean {
  for (let current = pid; current > 1; current = parentOf(current)) if (current === ancestor) return true;
  return false;
}

function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
  } catch {
    return '';
  }
}

/** 0 when it is gone. */
function parentOf(pid: number): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
  } catch {
    return 0;
  }
}
