/** Bytes of unknown content on their way into the blob store: hashed as they come, in memory while they are few. */
import { createHash } from 'node:crypto';
import { closeSync, mkdirSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { failure } from '../../errors.ts';
import { crc32c, crc32cText } from '../../support/crc32c.ts';
import type { BlobStore } from '../store/blob-store.ts';
import { writeFailure } from '../store/write-failure.ts';

/** What is known of content once all of it came. */
export interface ContentFacts {
  /** SHA-256, hex: its name in the blob store. */
  readonly digest: string;
  /** Bytes. */
  readonly size: number;
  /** Hex. */
  readonly sha1: string;
  /** Base 64, as Cloud Storage has it. */
  readonly md5: string;
  /** Base 64, as Cloud Storage has it. */
  readonly crc32c: string;
  /** Begins like something that the operating system can run. Uploads of single files carry no mode. */
  readonly isProgram: boolean;
}

export interface IncomingOptions {
  /** Where the bytes go when they become many; nothing is there before. */
  readonly file: string;
  /** Bytes. */
  readonly limit: number;
  /** Names the upload in errors. */
  readonly request: string;
}

const MOST_IN_MEMORY = 2 * 1024 * 1024;
const PIECE_BYTES = 1024 * 1024;

export class IncomingContent {
  readonly #options: IncomingOptions;
  readonly #hashes = { sha256: createHash('sha256'), sha1: createHash('sha1'), md5: createHash('md5') };
  #crc = 0;
  #size = 0;
  #first = Buffer.alloc(0);
  #chunks: Uint8Array[] = [];
  #descriptor: number | undefined;

  constructor(options: IncomingOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#size;
  }

  /** @throws AppcfgError `control.too-large`, `store.write-failed` */
  write(chunk: Uint8Array): void {
    const { limit, request, file } = this.#options;
    if (this.#size + chunk.length > limit) throw failure('control.too-large', { request, limit });
    if (this.#first.length < 4) this.#first = Buffer.concat([this.#first, chunk.subarray(0, 4)]).subarray(0, 4);
    for (const hash of Object.values(this.#hashes)) hash.update(chunk);
    this.#crc = crc32c(chunk, this.#crc);
    this.#size += chunk.length;
    try {
      this.#keep(chunk);
    } catch (error) {
      throw writeFailure(file, error);
    }
  }

  /** Hands everything to the blob store. Call it once, and `discard` afterwards in any case. */
  store(blobs: BlobStore): ContentFacts {
    const { sha256, sha1, md5 } = this.#hashes;
    const digest = sha256.digest('hex');
    // Also when it is there already: that makes it young, which collection respects.
    const writer = blobs.begin(digest, this.#size);
    try {
      for (const piece of this.#pieces()) writer.write(piece);
      writer.finish();
    } catch (error) {
      writer.abort();
      throw error;
    }
    return {
      digest,
      size: this.#size,
      sha1: sha1.digest('hex'),
      md5: md5.digest('base64'),
      crc32c: crc32cText(this.#crc),
      isProgram: isProgram(this.#first),
    };
  }

  discard(): void {
    this.#chunks = [];
    if (this.#descriptor === undefined) return;
    closeSync(this.#descriptor);
    this.#descriptor = undefined;
    rmSync(this.#options.file, { force: true });
  }

  #keep(chunk: Uint8Array): void {
    if (this.#descriptor === undefined) {
      this.#chunks.push(chunk);
      if (this.#size <= MOST_IN_MEMORY) return;
      const { file } = this.#options;
      mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
      this.#descriptor = openSync(file, 'wx+', 0o600);
      for (const gathered of this.#chunks) writeAll(this.#descriptor, gathered);
      this.#chunks = [];
    } else writeAll(this.#descriptor, chunk);
  }

  *#pieces(): Iterable<Uint8Array> {
    if (this.#descriptor === undefined) {
      yield* this.#chunks;
      return;
    }
    const piece = Buffer.allocUnsafe(PIECE_BYTES);
    for (let position = 0; position < this.#size; ) {
      const read = readSync(this.#descriptor, piece, 0, piece.length, position);
      if (read === 0) return;
      position += read;
      yield piece.subarray(0, read);
    }
  }
}

function writeAll(descriptor: number, bytes: Uint8Array): void {
  for (let offset = 0; offset < bytes.length; ) offset += writeSync(descriptor, bytes, offset);
}

/** A script's first line, or the heads of executables on Linux and macOS. */
function isProgram(first: Buffer): boolean {
  if (first.toString('latin1', 0, 2) === '#!') return true;
  return ['7f454c46', 'cffaedfe', 'cefaedfe'].includes(first.toString('hex'));
}
