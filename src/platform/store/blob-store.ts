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
   * it and renamed, so that it exists whole or not at all. @throws AppcfgError `blob.missing`, `manifest.unsafe`
   */
  materialise(manifest: Manifest, directory: string): Promise<void>;
  read(digest: string): Uint8Array;
  /**
   * Deletes blobs that `live` does not have and that are older than `graceMs`. `mayGoOn` is asked right before each
   * is deleted; the round ends when it says no.
   */
  collect(
    live: Pick<ReadonlySet<string>, 'has'>,
    graceMs: number,
    mayGoOn?: () => boolean,
  ): Promise<{ readonly blobs: number; readonly bytes: number }>;
}
