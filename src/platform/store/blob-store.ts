/** The port to content-addressed blobs and the version directories made of them. */
import type { Manifest } from '../../model/manifest.ts';

export interface BlobWriter {
  write(chunk: Uint8Array): void;
  /** Verifies length and digest, then keeps the blob. @throws AppcfgError `blob.corrupt`; nothing is kept */
  finish(): void;
  abort(): void;
}

export interface BlobStore {
  has(digest: string): boolean;
  missing(digests: readonly string[]): readonly string[];
  /** Takes one blob of `size` bytes; writes are synchronous, durable only after `sync`. */
  begin(digest: string, size: number): BlobWriter;
  /** One barrier for everything finished so far. */
  sync(): Promise<void>;
  /**
   * Makes `directory` hold exactly the manifest's files, by links to blobs (files are read-only). Written beside
   * it and renamed, so that it exists whole or not at all. Content is read again unless this process wrote or read it;
   * `trustsBlobs`: only names, places and lengths are looked at.
   * @throws AppcfgError `blob.missing`, `blob.corrupt`, `manifest.unsafe`; what is damaged is missing from then on
   */
  materialise(manifest: Manifest, directory: string, how?: { readonly trustsBlobs?: boolean }): Promise<void>;
  read(digest: string): Uint8Array;
  /** Deletes what is neither needed nor young. */
  collect(request: BlobCollection): Promise<{ readonly blobs: number; readonly bytes: number }>;
}

export interface BlobCollection {
  readonly isNeeded: (digest: string) => boolean;
  /** Blobs written since then may belong to a deploy that is still going on. */
  readonly graceMs: number;
  /** Counts only. */
  readonly isDryRun?: boolean;
  /** Asked right before each deletion, in the same tick; the round ends when it says no. */
  readonly mayGoOn?: () => boolean;
}
