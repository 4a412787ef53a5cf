/** Directories named by a key that are complete or absent: filled beside their place and renamed. */
import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';

export interface CacheRequest {
  /** Where entries of this kind live. */
  readonly parent: string;
  /** Name of the entry; equal keys mean equal content. */
  readonly key: string;
  /** Makes the content in an empty directory. */
  readonly fill: (directory: string) => Promise<void>;
  readonly signal?: AbortSignal;
}

export interface CacheEntry {
  readonly directory: string;
  /** It was there, or someone else in this process was making it. */
  readonly isCached: boolean;
}

export interface DependencyCache {
  /** Rejects with what `fill` threw; then nothing is left. */
  ensure(request: CacheRequest): Promise<CacheEntry>;
}

interface Making {
  readonly done: Promise<void>;
  readonly signal: AbortSignal | undefined;
}

const TEMPORARY = '.new-';

export function createDependencyCache(): DependencyCache {
  const running = new Map<string, Making>();
  return {
    async ensure(request) {
      const directory = join(request.parent, request.key);
      for (;;) {
        if (existsSync(directory)) return { directory, isCached: true };
        const other = running.get(directory);
        if (!other) break;
        await outcome(other);
        request.signal?.throwIfAborted();
      }
      const done = make(request, directory).finally(() => running.delete(directory));
      running.set(directory, { done, signal: request.signal });
      await done;
      return { directory, isCached: false };
    },
  };
}

/** The one who makes it may be cancelled, which is no reason for the others not to try. */
async function outcome(making: Making): Promise<void> {
  try {
    await making.done;
  } catch (error) {
    if (making.signal?.aborted !== true) throw error;
  }
}

async function make(request: CacheRequest, directory: string): Promise<void> {
  // Entries are named by digests: who does not know one can't find it.
  await mkdir(request.parent, { recursive: true, mode: 0o711 });
  await removeAbandoned(request.parent);
  const temporary = await mkdtemp(join(request.parent, `${TEMPORARY}${process.pid}-`));
  try {
    request.signal?.throwIfAborted();
    await request.fill(temporary);
    // Applications may run as other users than the platform.
    await chmod(temporary, 0o755);
    await rename(temporary, directory);
  } catch (error) {
    await rm(temporary, { recursive: true, force: true });
    // Another process was faster with the same content.
    if (!isTaken(error) || !existsSync(directory)) throw error;
  }
}

/** Half-made directories of processes that are no more. */
async function removeAbandoned(parent: string): Promise<void> {
  for (const name of await readdir(parent)) {
    const pid = name.startsWith(TEMPORARY) ? Number.parseInt(name.slice(TEMPORARY.length), 10) : Number.NaN;
    if (Number.isNaN(pid) || isAlive(pid)) continue;
    await rm(join(parent, name), { recursive: true, force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

function isTaken(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOTEMPTY' || error.code === 'EEXIST');
}
