/** Takes the bytes of one blob, and hands it over only when they are what the digest says. */
import { createHash, hash } from 'node:crypto';
import { closeSync, fchmodSync, openSync, rmSync, writeSync } from 'node:fs';
import { failure } from '../../errors.ts';
import { isDigest } from '../../support/digest.ts';
import { blobModes } from './blob-folders.ts';
import type { BlobWriter } from './blob-store.ts';
import { writeFailure } from './write-failure.ts';

export interface IncomingBlob {
  readonly digest: string;
  /** Bytes. */
  readonly size: number;
  /** Where it is written to. Made with the first byte at the earliest. */
  readonly file: string;
  /** Takes the complete file to its place. */
  readonly keep: () => void;
}

/** Up to here a blob is gathered in memory and written in one go: opened, written, closed. */
const LARGEST_GATHERED = 1024 * 1024;

/** @throws AppcfgError `blob.corrupt` for a digest that is none */
export function createBlobWriter(blob: IncomingBlob): BlobWriter {
  const { digest, size } = blob;
  if (!isDigest(digest)) throw failure('blob.corrupt', { digest, reason: 'this is not a SHA-256 digest' });
  const sink = size <= LARGEST_GATHERED ? gatheringSink(blob) : streamingSink(blob);
  let taken = 0;
  let isOpen = true;
  const end = () => {
    if (!isOpen) return;
    isOpen = false;
    sink.discard();
  };
  const attempt = (work: () => void) => {
    try {
      work();
    } catch (error) {
      end();
      throw writeFailure(blob.file, error);
    }
  };
  const requireThat = (isSo: boolean, reason: string) => {
    if (!isSo) throw failure('blob.corrupt', { digest, reason });
  };
  return {
    write: (chunk) =>
      attempt(() => {
        requireThat(isOpen, 'it was given up before');
        requireThat(taken + chunk.length <= size, `more came than its ${size} bytes`);
        taken += chunk.length;
        sink.take(chunk);
      }),
    finish: () =>
      attempt(() => {
        requireThat(isOpen, 'it was given up before');
        requireThat(taken === size, `${taken} of its ${size} bytes came`);
        const found = sink.finish();
        requireThat(found === digest, `what came has the digest ${found}`);
        isOpen = false;
        blob.keep();
      }),
    abort: end,
  };
}

interface Sink {
  take(chunk: Uint8Array): void;
  /** The digest of everything, all of which is in the file when it is the right one. */
  finish(): string;
  discard(): void;
}

function gatheringSink({ digest, size, file }: IncomingBlob): Sink {
  const gathered = Buffer.allocUnsafe(size);
  let length = 0;
  return {
    take(chunk) {
      gathered.set(chunk, length);
      length += chunk.length;
    },
    finish() {
      const found = hash('sha256', gathered);
      if (found !== digest) return found;
      const descriptor = openIncoming(file);
      try {
        writeAll(descriptor, gathered);
      } finally {
        closeSync(descriptor);
      }
      return found;
    },
    discard: () => rmSync(file, { force: true }),
  };
}

function streamingSink({ file }: IncomingBlob): Sink {
  const digest = createHash('sha256');
  let descriptor: number | undefined;
  const close = () => {
    if (descriptor !== undefined) closeSync(descriptor);
    descriptor = undefined;
  };
  return {
    take(chunk) {
      descriptor ??= openIncoming(file);
      digest.update(chunk);
      writeAll(descriptor, chunk);
    },
    finish() {
      close();
      return digest.digest('hex');
    },
    discard() {
      close();
      rmSync(file, { force: true });
    },
  };
}

/** Read-only for everybody from the start, whatever the umask: the mode binds later openings, not this one. */
function openIncoming(file: string): number {
  const descriptor = openSync(file, 'wx', blobModes.plain);
  fchmodSync(descriptor, blobModes.plain);
  return descriptor;
}

function writeAll(descriptor: number, bytes: Uint8Array): void {
  for (let offset = 0; offset < bytes.length; ) {
    offset += writeSync(descriptor, bytes, offset, bytes.length - offset);
  }
}
