/** Where things are in a blob store's directory. */
import { join } from 'node:path';

export interface BlobFolders {
  readonly root: string;
  /** Files being written; whatever is here at the start is rubbish. */
  readonly incoming: string;
  /** Waits for an idle moment: mass deletion makes creating files slow for minutes on ext4. */
  readonly trash: string;
  /** Says that some blobs may not have reached the disk. */
  readonly unsyncedMarker: string;
  readonly plain: string;
  /** Second copies with the execute bits: those belong to the inode, so links can't differ in them. */
  readonly executable: string;
}

export type BlobVariant = 'plain' | 'executable';

export const blobModes: Readonly<Record<BlobVariant, number>> = { plain: 0o444, executable: 0o555 };

export function blobFolders(root: string): BlobFolders {
  return {
    root,
    incoming: join(root, 'incoming'),
    trash: join(root, 'trash'),
    unsyncedMarker: join(root, 'unsynced'),
    plain: join(root, 'blobs'),
    executable: join(root, 'blobs-x'),
  };
}

/** 256 folders, so that none becomes huge. The digest must be one (isDigest): it is trusted as a path here. */
export function blobFile(folders: BlobFolders, digest: string, variant: BlobVariant = 'plain'): string {
  return join(folders[variant], digest.slice(0, 2), digest.slice(2));
}
