/** Blobs of the memory backend, verified by their digest. */
import { readFile } from 'node:fs/promises';
import type { FilesRole, SourceRole } from '../../backend/backend.ts';
import type { VersionName } from '../../backend/call-options.ts';
import { failure } from '../../errors.ts';
import type { Manifest } from '../../model/manifest.ts';
import { digestOf } from '../../support/digest.ts';
import type { Checkpoints } from './checkpoints.ts';

export interface MemoryFilesOptions {
  readonly checkpoints: Checkpoints;
  /** Reads the files to send; from disk unless a test keeps them elsewhere. */
  readonly read?: (path: string) => Promise<Uint8Array>;
  readonly blobs?: BlobStorage | undefined;
}

/** Where contents are kept, by digest: a Map, or anything that remembers. */
export interface BlobStorage {
  has(digest: string): boolean;
  get(digest: string): Uint8Array | undefined;
  /** Durable on return, where it is to last. */
  set(digest: string, content: Uint8Array): unknown;
}

export class MemoryFiles {
  readonly #blobs: BlobStorage;
  readonly #checkpoints: Checkpoints;
  readonly #read: (path: string) => Promise<Uint8Array>;

  constructor(options: MemoryFilesOptions) {
    this.#checkpoints = options.checkpoints;
    this.#blobs = options.blobs ?? new Map();
    this.#read = options.read ?? ((path) => readFile(path));
  }

  readonly role: FilesRole = {
    missing: async (_application, digests, options) => {
      await this.#checkpoints.pass('files.missing');
      options?.signal?.throwIfAborted();
      return this.missing(digests);
    },
    put: async (_application, blobs, options) => {
      let bytes = 0;
      for (const [index, blob] of blobs.entries()) {
        await this.#checkpoints.pass('files.put');
        options?.signal?.throwIfAborted();
        const content = await this.#read(blob.path);
        if (content.length !== blob.size || digestOf(content) !== blob.digest) {
          throw failure('packaging.changed-while-reading', { path: blob.path });
        }
        this.#blobs.set(blob.digest, content);
        bytes += blob.size;
        options?.onProgress?.(index + 1, bytes);
      }
    },
  };

  missing(digests: readonly string[]): readonly string[] {
    return [...new Set(digests)].filter((digest) => !this.#blobs.has(digest));
  }

  sourceRole(manifestOf: (name: VersionName) => Manifest): SourceRole {
    return {
      list: async (name) => manifestOf(name).files.map(({ path, size, digest }) => ({ path, size, digest })),
      read: async (name, path) => {
        const file = manifestOf(name).files.find((candidate) => candidate.path === path);
        const content = file && this.#blobs.get(file.digest);
        if (!content) throw failure('file.not-found', { module: name.module, version: name.version, path });
        return content;
      },
    };
  }
}
