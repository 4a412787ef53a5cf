/** The blob store on a local disk: one read-only file a blob, named by its digest. */
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { failure } from '../../errors.ts';
import type { Manifest } from '../../model/manifest.ts';
import { type Clock, systemClock } from '../../support/clock.ts';
import { digestOf, isDigest } from '../../support/digest.ts';
import type { RunCommand } from '../runtimes/runtime.ts';
import { type BlobFolders, type BlobVariant, blobFile, blobFolders, blobModes } from './blob-folders.ts';
import { type BlobIndex, createBlobIndex } from './blob-index.ts';
import type { BlobCollection, BlobStore } from './blob-store.ts';
import { createBlobWriter } from './blob-writer.ts';
import { collectBlobs } from './collect-blobs.ts';
import { digestOfFile } from './digest-of-file.ts';
import { createDurabilityBarrier, type DurabilityBarrier } from './durability-barrier.ts';
import { createMaterialiser } from './materialiser.ts';
import { createPace, type Pace } from './pace.ts';
import { createTrash, type Trash } from './trash.ts';
import { createUnsyncedMarker, recoverUnsynced, type UnsyncedMarker } from './unsynced-blobs.ts';
import { createVerifiedBlobs } from './verified-blobs.ts';
import type { SourceBlob } from './version-tree.ts';
import { writeFailure } from './write-failure.ts';

export interface DiskBlobStoreOptions {
  readonly clock?: Clock;
  /** Runs sync(1) as the barrier of large batches; without it every file is synced by itself. */
  readonly run?: RunCommand;
  /** Told of content that was found damaged, when it has been put away. */
  readonly onCorrupt?: (digest: string) => void;
}

export type BlobState = 'whole' | 'missing' | 'corrupt';

export interface DiskBlobStore extends BlobStore {
  /** Reads the blob again; a corrupt one is put away, so that it counts as missing and the next deploy sends it. */
  verify(digest: string): BlobState;
  /** Takes a version directory away at once; its files are deleted by the next `collect` or `emptyTrash`. */
  discard(directory: string): Promise<void>;
  emptyTrash(): Promise<void>;
}

/**
 * The caller owns `directory` (single-owner.ts).
 * @throws AppcfgError `store.write-failed`
 */
export function createBlobStore(directory: string, options: DiskBlobStoreOptions = {}): DiskBlobStore {
  const folders = blobFolders(directory);
  try {
    prepareFolders(folders);
    recoverUnsynced(folders);
    return new DiskBlobs(folders, options);
  } catch (error) {
    throw writeFailure(directory, error);
  }
}

function prepareFolders({ root, incoming, trash, plain, executable }: BlobFolders): void {
  mkdirSync(root, { recursive: true, mode: 0o700 });
  rmSync(incoming, { recursive: true, force: true });
  for (const folder of [incoming, trash, plain, executable]) mkdirSync(folder, { recursive: true });
}

class DiskBlobs implements DiskBlobStore {
  readonly #folders: BlobFolders;
  readonly #clock: Clock;
  readonly #index: BlobIndex;
  readonly #barrier: DurabilityBarrier;
  readonly #marker: UnsyncedMarker;
  readonly #trash: Trash;
  readonly #verified = createVerifiedBlobs();
  readonly #onCorrupt: (digest: string) => void;
  #incomingCount = 0;
  #ignoresCase: boolean | undefined;
  readonly materialise: BlobStore['materialise'];

  constructor(folders: BlobFolders, { clock = systemClock, run, onCorrupt }: DiskBlobStoreOptions) {
    this.#folders = folders;
    this.#onCorrupt = onCorrupt ?? (() => {});
    this.#clock = clock;
    this.#index = createBlobIndex(folders.plain);
    this.#marker = createUnsyncedMarker(folders);
    this.#trash = createTrash(folders.trash);
    const onLost = (file: string) => this.#forget(file);
    this.#barrier = createDurabilityBarrier({ root: folders.root, onLost, ...(run ? { run } : {}) });
    this.materialise = createMaterialiser({
      source: {
        blobFor: (digest, variant) => this.#variant(digest, variant),
        verify: (manifest, pace) => this.#verifyAll(manifest, pace),
        onCopied: (file) => this.#barrier.add(file),
      },
      trash: this.#trash,
      clock,
      ignoresCase: () => this.#probeCase(),
      sync: () => this.sync(),
    });
  }

  has(digest: string): boolean {
    return this.#index.has(digest);
  }

  missing(digests: readonly string[]): readonly string[] {
    return digests.filter((digest) => !this.#index.has(digest));
  }

  begin(digest: string, size: number) {
    const file = this.#incomingFile();
    return createBlobWriter({ digest, size, file, keep: () => this.#keep(file, digest, 'plain') });
  }

  async sync(): Promise<void> {
    if (this.#barrier.isClean) return;
    await this.#barrier.sync();
    if (this.#barrier.isClean) this.#marker.lower();
  }

  read(digest: string): Uint8Array {
    const content = isDigest(digest) ? readIfThere(blobFile(this.#folders, digest)) : undefined;
    if (!content) return this.#reportMissing(digest);
    const found = digestOf(content);
    if (found === digest) return content;
    this.#putAway(digest);
    throw failure('blob.corrupt', { digest, reason: `on disk it has the digest ${found}` });
  }

  verify(digest: string): BlobState {
    const found = isDigest(digest) ? digestOfFile(blobFile(this.#folders, digest)) : undefined;
    if (found === digest) return 'whole';
    if (found !== undefined) this.#putAway(digest);
    this.#index.delete(digest);
    return found === undefined ? 'missing' : 'corrupt';
  }

  async collect(request: BlobCollection) {
    const collected = await collectBlobs({
      ...request,
      folders: this.#folders,
      index: this.#index,
      beforeMs: this.#clock.now() - request.graceMs,
      pace: createPace(this.#clock),
    });
    if (!request.isDryRun) await this.emptyTrash();
    return collected;
  }

  discard(directory: string): Promise<void> {
    return this.#trash.discard(directory);
  }

  emptyTrash(): Promise<void> {
    return this.#trash.empty();
  }

  #incomingFile(): string {
    this.#incomingCount += 1;
    return join(this.#folders.incoming, String(this.#incomingCount));
  }

  #keep(file: string, digest: string, variant: BlobVariant): void {
    const target = blobFile(this.#folders, digest, variant);
    this.#marker.raise();
    this.#barrier.add(target);
    try {
      renameSync(file, target);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
      mkdirSync(dirname(target), { recursive: true });
      renameSync(file, target);
    }
    if (variant === 'plain') this.#index.add(digest);
    this.#verified.add(target);
  }

  async #verifyAll(manifest: Manifest, pace: Pace): Promise<void> {
    const corrupt: string[] = [];
    const seen = new Set<string>();
    for (const { digest, isExecutable } of manifest.files) {
      const key = `${digest}${isExecutable}`;
      if (seen.has(key) || !this.#index.has(digest)) continue;
      seen.add(key);
      if (pace.isDue) await pace.rest();
      if ((await this.#isRight(digest, 'plain')) === false) {
        this.#putAway(digest);
        corrupt.push(digest);
      } else if (isExecutable && (await this.#isRight(digest, 'executable')) === false) {
        // Made anew from the first copy, which is right.
        await this.#trash.discard(blobFile(this.#folders, digest, 'executable'));
      }
    }
    const [first, ...others] = corrupt;
    if (first === undefined) return;
    throw failure('blob.corrupt', { digest: first, reason: 'on disk it has changed', others: others.length });
  }

  #isRight(digest: string, variant: BlobVariant): boolean | undefined | Promise<boolean> {
    return this.#verified.check(blobFile(this.#folders, digest, variant), digest);
  }

  #variant(digest: string, variant: BlobVariant): SourceBlob {
    const plain = blobFile(this.#folders, digest);
    const file = blobFile(this.#folders, digest, variant);
    const stats = this.#index.has(digest) ? statSync(file, { throwIfNoEntry: false }) : undefined;
    if (stats) return { file, stats };
    if (variant === 'plain' || !this.#index.has(digest) || !existsSync(plain)) return this.#reportMissing(digest);
    const copy = this.#incomingFile();
    copyFileSync(plain, copy);
    chmodSync(copy, blobModes.executable);
    this.#keep(copy, digest, 'executable');
    return { file, stats: statSync(file) };
  }

  #reportMissing(digest: string): never {
    this.#index.delete(digest);
    throw failure('blob.missing', { digest });
  }

  /** Version directories keep their links to it; materialising them again replaces those. */
  #putAway(digest: string): void {
    this.#index.delete(digest);
    for (const variant of ['plain', 'executable'] as const) {
      const file = blobFile(this.#folders, digest, variant);
      this.#verified.delete(file);
      // If it can't be moved it stays unlisted, and is written over when it is sent again.
      this.#trash.discard(file).catch(() => {});
    }
    this.#onCorrupt(digest);
  }

  /** The disk refused a file's bytes: whatever the cache still shows of them must not be used. */
  #forget(file: string): void {
    rmSync(file, { force: true });
    for (const digest of this.#index.digests()) {
      if (blobFile(this.#folders, digest) === file) this.#index.delete(digest);
    }
  }

  #probeCase(): boolean {
    if (this.#ignoresCase === undefined) {
      const probe = join(this.#folders.incoming, 'Probe');
      writeFileSync(probe, '');
      this.#ignoresCase = existsSync(join(this.#folders.incoming, 'pROBE'));
      rmSync(probe, { force: true });
    }
    return this.#ignoresCase;
  }
}

function readIfThere(file: string): Buffer | undefined {
  try {
    return readFileSync(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
