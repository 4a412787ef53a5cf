/** Lets go of what no release needs: old releases, version directories, blobs. Runs when nothing else does. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { CollectionReport } from '../protocol/extension.ts';
import type { Checkpoint } from './checkpoint.ts';
import type { DesiredState } from './desired-state.ts';
import type { Pruned } from './prune-releases.ts';
import type { BlobStore } from './store/blob-store.ts';

export interface CollectOptions {
  readonly desired: DesiredState;
  readonly blobs: BlobStore;
  /** Root of the version directories: `trees/APPLICATION/MANIFEST-DIGEST`. */
  readonly trees: string;
  readonly discard: (directory: string) => Promise<void>;
  /** Releases kept per application, the current one included; 1 or more. */
  readonly keepReleases: number;
  /** Counts only. */
  readonly isDryRun?: boolean;
  /** Blobs younger than this may belong to an upload that is still going on. */
  readonly graceMs: number;
  /**
   * Asked right before each thing is taken away. A change that began meanwhile may need what nothing needed when
   * the round began, so the round ends with it.
   */
  readonly mayGoOn: () => boolean;
  /** A blob that a client was told is here. */
  readonly isPromised: (digest: string) => boolean;
  /** Blobs that are needed for other reasons than a stored version. */
  readonly alsoNeeded?: () => ReadonlySet<string>;
  readonly checkpoint?: Checkpoint | undefined;
}

/** Never touches what serves: everything a stored deployment names stays. */
export async function collect(options: CollectOptions): Promise<CollectionReport> {
  const { desired, blobs, keepReleases, graceMs, isDryRun = false, mayGoOn, isPromised, checkpoint } = options;
  if (!mayGoOn()) return { releases: 0, directories: 0, blobs: 0, bytes: 0, isComplete: false };
  const left = desired.prune(keepReleases, isDryRun);
  checkpoint?.('collection.releases');
  const directories = await discardTrees(options, left);
  const others = options.alsoNeeded?.();
  const collected = await blobs.collect({
    isNeeded: (digest) => left.blobs.has(digest) || others?.has(digest) === true || isPromised(digest),
    graceMs,
    isDryRun,
    mayGoOn: () => {
      checkpoint?.('collection.blob');
      return mayGoOn();
    },
  });
  return { releases: left.releases, directories, ...collected, isComplete: mayGoOn() };
}

async function discardTrees(options: CollectOptions, left: Pruned): Promise<number> {
  const { trees, discard, isDryRun, mayGoOn, checkpoint } = options;
  let discarded = 0;
  for (const folder of names(trees)) {
    const used = left.directories.get(decodeURIComponent(folder));
    for (const digest of names(join(trees, folder))) {
      if (used?.has(digest)) continue;
      checkpoint?.('collection.directory');
      if (!mayGoOn()) return discarded;
      if (!isDryRun) await discard(join(trees, folder, digest));
      discarded += 1;
    }
  }
  return discarded;
}

function names(directory: string): readonly string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}
