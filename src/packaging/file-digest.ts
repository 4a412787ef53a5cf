/** The digest of one file's content, taken twice or more when the file changes under the reader. */
import { createHash } from 'node:crypto';
import { closeSync, constants, fstatSync, openSync, readSync, type Stats } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import { failure } from '../errors.ts';
import { digestOf } from '../support/digest.ts';

export interface FileContent {
  readonly digest: string;
  /** Of the file as it was when it had this digest. */
  readonly stat: Stats;
}

/** Larger reads are slower, smaller ones much slower. */
const BUFFER_SIZE = 1024 * 1024;
const ATTEMPTS = 4;
/** A large file gives way to Ctrl-C and the spinner after so many bytes. */
const BYTES_BETWEEN_PAUSES = 16 * BUFFER_SIZE;

// Not every platform has every flag. A name that became a pipe since it was looked at must not block the open.
const OPEN_FLAGS = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

/** Reads with one buffer for all files, so that memory stays flat. */
export class FileDigester {
  readonly #buffer = Buffer.allocUnsafeSlow(BUFFER_SIZE);
  readonly #signal: AbortSignal | undefined;
  /** Bytes read so far, repeated reads included. */
  bytesRead = 0;

  constructor(signal?: AbortSignal) {
    this.#signal = signal;
  }

  /**
   * @param path absolute, no symbolic link
   * @param seen what the walk found there
   * @throws what `open` and `read` throw, and AppcfgError `packaging.changed-while-reading`
   */
  digest(path: string, seen: Stats): FileContent | Promise<FileContent> {
    const descriptor = openSync(path, OPEN_FLAGS);
    let isLeftOpen = false;
    try {
      let before = seen;
      for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
        if (before.size > BUFFER_SIZE) {
          isLeftOpen = true;
          return this.#digestLarge(path, descriptor);
        }
        const length = this.#fill(descriptor, 0, before.size);
        const digest = digestOf(this.#buffer.subarray(0, length));
        const stat = fstatSync(descriptor);
        if (isSameContent(before, stat)) return { digest, stat };
        before = stat;
      }
      throw failure('packaging.changed-while-reading', { path });
    } finally {
      if (!isLeftOpen) closeSync(descriptor);
    }
  }

  async #digestLarge(path: string, descriptor: number): Promise<FileContent> {
    try {
      for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
        const before = fstatSync(descriptor);
        const digest = await this.#digestOnce(descriptor, before.size);
        const stat = fstatSync(descriptor);
        if (isSameContent(before, stat)) return { digest, stat };
      }
      throw failure('packaging.changed-while-reading', { path });
    } finally {
      closeSync(descriptor);
    }
  }

  async #digestOnce(descriptor: number, size: number): Promise<string> {
    const hash = createHash('sha256');
    let position = 0;
    let pauseAt = BYTES_BETWEEN_PAUSES;
    while (position < size) {
      const length = this.#fill(descriptor, position, size - position);
      if (length === 0) break;
      hash.update(this.#buffer.subarray(0, length));
      position += length;
      if (position < pauseAt) continue;
      pauseAt += BYTES_BETWEEN_PAUSES;
      await setImmediate();
      this.#signal?.throwIfAborted();
    }
    return hash.digest('hex');
  }

  /** Up to `wanted` bytes from `position` on, at most a buffer full; what grew since is seen in the next fstat. */
  #fill(descriptor: number, position: number, wanted: number): number {
    const end = Math.min(BUFFER_SIZE, wanted);
    let length = 0;
    while (length < end) {
      const count = readSync(descriptor, this.#buffer, length, end - length, position + length);
      if (count === 0) break;
      length += count;
    }
    this.bytesRead += length;
    return length;
  }
}

/** Also used to tell whether a cached digest still holds. */
export function isSameContent(a: Stats, b: Stats): boolean {
  return a.size === b.size && a.mtimeMs === b.mtimeMs && a.ctimeMs === b.ctimeMs && a.ino === b.ino && a.dev === b.dev;
}
