/** A file system of its own in memory, whose free space the test decides. */
import { spawnSync } from 'node:child_process';
import { closeSync, mkdirSync, openSync, rmSync, statfsSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { Machine } from './platform-process.ts';

const SIZE_BYTES = 48 * 1024 * 1024;

/** Mounting takes root, and a container may forbid it even then. */
export const canMount = process.platform === 'linux' && process.getuid?.() === 0 && tryMount();

export interface SmallDisk {
  /** Leaves so many bytes free. */
  leave(bytes: number): void;
  /** All free again. */
  empty(): void;
}

/** Mounted where the machine keeps everything. */
export function mountSmallDisk(machine: Machine): SmallDisk {
  const { home } = machine;
  mkdirSync(home);
  mount(home);
  // Lazily: a SQLite library may keep a file open until it is collected.
  machine.afterwards(() => run('umount', '-l', home));
  const filler = join(home, 'filler');
  const empty = () => rmSync(filler, { force: true });
  return {
    empty,
    leave(bytes) {
      empty();
      const { bavail, bsize } = statfsSync(home);
      fill(filler, Math.floor((bavail * bsize - bytes) / bsize) * bsize);
    },
  };
}

/** The platform writes as well meanwhile: what it took is not there to fill. */
function fill(file: string, bytes: number): void {
  const piece = Buffer.alloc(64 * 1024);
  const descriptor = openSync(file, 'w');
  try {
    for (let left = bytes; left > 0; ) left -= writeSync(descriptor, piece, 0, Math.min(left, piece.length));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
  } finally {
    closeSync(descriptor);
  }
}

export function remount(directory: string, mode: 'ro' | 'rw'): void {
  if (!run('mount', '-o', `remount,${mode}`, directory)) throw new Error('can not mount again');
}

function mount(directory: string): void {
  if (!run('mount', '-t', 'tmpfs', '-o', `size=${SIZE_BYTES}`, 'tmpfs', directory)) throw new Error('can not mount');
}

function tryMount(): boolean {
  const directory = join('/tmp', `appcfg-mount-${process.pid}`);
  mkdirSync(directory);
  const isMounted = run('mount', '-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', directory);
  if (isMounted) run('umount', directory);
  rmSync(directory, { recursive: true });
  return isMounted;
}

function run(command: string, ...args: readonly string[]): boolean {
  return spawnSync(command, args).status === 0;
}
