/**
 * Remembers over a crash that some blobs may not have reached the disk.
 *
 * A blob is in its place before its bytes are durable. If the machine loses power then, the name may survive and the
 * content not, and a later deploy would be told that the blob is there. So the first blob after a barrier puts up a
 * durable marker, the barrier takes it down, and a start that finds it looks at every blob written since.
 */
import { closeSync, fsyncSync, openSync, rmSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { type BlobFolders, type BlobVariant, blobFile } from './blob-folders.ts';
import { storedDigests } from './blob-index.ts';
import { digestOfFile } from './digest-of-file.ts';
import { syncDirectory } from './sync-directory.ts';

/** The clock of the machine may have been set back in between. */
const SLACK_MS = 10 * 60_000;

export interface UnsyncedMarker {
  raise(): void;
  lower(): void;
}

export function createUnsyncedMarker({ root, unsyncedMarker }: BlobFolders): UnsyncedMarker {
  let isUp = false;
  return {
    raise() {
      if (isUp) return;
      syncFile(unsyncedMarker, 'w');
      syncDirectory(root);
      isUp = true;
    },
    lower() {
      if (isUp) rmSync(unsyncedMarker, { force: true });
      isUp = false;
    },
  };
}

/** Deletes the blobs that an interrupted batch left damaged and makes the others durable. */
export function recoverUnsynced(folders: BlobFolders): void {
  const marker = statSync(folders.unsyncedMarker, { throwIfNoEntry: false });
  if (!marker) return;
  const sinceMs = marker.mtimeMs - SLACK_MS;
  const touched = new Set<string>();
  for (const variant of ['plain', 'executable'] satisfies BlobVariant[]) {
    for (const digest of storedDigests(folders[variant])) {
      const file = blobFile(folders, digest, variant);
      if (statSync(file).mtimeMs < sinceMs) continue;
      if (digestOfFile(file) === digest) syncFile(file, 'r');
      else rmSync(file, { force: true });
      touched.add(dirname(file)).add(folders[variant]);
    }
  }
  for (const directory of touched) syncDirectory(directory);
  rmSync(folders.unsyncedMarker, { force: true });
}

function syncFile(file: string, flags: 'r' | 'w'): void {
  const descriptor = openSync(file, flags, 0o600);
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
