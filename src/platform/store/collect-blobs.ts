/** Deletes the blobs that nothing needs any more. */
import { rmSync, statSync } from 'node:fs';
import { type BlobFolders, blobFile } from './blob-folders.ts';
import { type BlobIndex, storedDigests } from './blob-index.ts';
import type { BlobCollection } from './blob-store.ts';
import type { Pace } from './pace.ts';

export interface CollectBlobsOptions extends Omit<BlobCollection, 'graceMs'> {
  readonly folders: BlobFolders;
  readonly index: BlobIndex;
  /** Blobs written since then are young. */
  readonly beforeMs: number;
  readonly pace: Pace;
}

export async function collectBlobs(
  options: CollectBlobsOptions,
): Promise<{ readonly blobs: number; readonly bytes: number }> {
  const { folders, index, isNeeded, mayGoOn = () => true, beforeMs, pace, isDryRun } = options;
  let blobs = 0;
  let bytes = 0;
  for (const digest of index.digests()) {
    if (pace.isDue) await pace.rest();
    if (isNeeded(digest)) continue;
    const file = blobFile(folders, digest);
    const found = statSync(file, { throwIfNoEntry: false });
    if (found && found.mtimeMs >= beforeMs) continue;
    if (!mayGoOn()) return { blobs, bytes };
    blobs += found ? 1 : 0;
    bytes += found?.size ?? 0;
    if (isDryRun) continue;
    rmSync(file, { force: true });
    index.delete(digest);
  }
  if (isDryRun) return { blobs, bytes };
  // The second copies follow the first, also where a crash came between the two.
  for (const digest of storedDigests(folders.executable)) {
    if (pace.isDue) await pace.rest();
    if (!index.has(digest)) rmSync(blobFile(folders, digest, 'executable'), { force: true });
  }
  return { blobs, bytes };
}
