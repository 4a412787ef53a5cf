/** Deletes the blobs that nothing needs any more. */
import { rmSync, statSync } from 'node:fs';
import { type BlobFolders, blobFile } from './blob-folders.ts';
import { type BlobIndex, storedDigests } from './blob-index.ts';
import type { Pace } from './pace.ts';

export interface CollectBlobsOptions {
  readonly folders: BlobFolders;
  readonly index: BlobIndex;
  readonly live: Pick<ReadonlySet<string>, 'has'>;
  /** Asked right before each deletion, in the same tick. */
  readonly mayGoOn: () => boolean;
  /** Blobs written since then may belong to a deploy that is still going on. */
  readonly beforeMs: number;
  readonly pace: Pace;
}

export async function collectBlobs(
  options: CollectBlobsOptions,
): Promise<{ readonly blobs: number; readonly bytes: number }> {
  const { folders, index, live, mayGoOn, beforeMs, pace } = options;
  let blobs = 0;
  let bytes = 0;
  for (const digest of index.digests()) {
    if (pace.isDue) await pace.rest();
    if (live.has(digest)) continue;
    const file = blobFile(folders, digest);
    const found = statSync(file, { throwIfNoEntry: false });
    if (found && found.mtimeMs >= beforeMs) continue;
    if (!mayGoOn()) return { blobs, bytes };
    index.delete(digest);
    if (!found) continue;
    rmSync(file, { force: true });
    blobs += 1;
    bytes += found.size;
  }
  // The second copies follow the first, also where a crash came between the two.
  for (const digest of storedDigests(folders.executable)) {
    if (pace.isDue) await pace.rest();
    if (!index.has(digest)) rmSync(blobFile(folders, digest, 'executable'), { force: true });
  }
  return { blobs, bytes };
}
