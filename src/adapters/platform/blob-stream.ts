/** Many files as one framed request body, read when their turn comes. */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import type { BlobSource } from '../../backend/backend.ts';
import { failure, isAppcfgError, messageOf } from '../../errors.ts';
import { endOfFrames, FRAME_HEAD_BYTES, frameHead } from '../../protocol/frames.ts';

/** Larger reads are cheaper than many small ones; small files are gathered into one write. */
const CHUNK_BYTES = 1024 * 1024;

export function streamSize(blobs: readonly BlobSource[]): number {
  return blobs.reduce((sum, blob) => sum + FRAME_HEAD_BYTES + blob.size, FRAME_HEAD_BYTES);
}

/**
 * @param onProgress called with files and bytes read so far
 * @throws AppcfgError `packaging.changed-while-reading` when a file no longer has the size it was hashed with,
 * `packaging.unreadable`
 */
export async function* blobStream(
  blobs: readonly BlobSource[],
  onProgress?: (files: number, bytes: number) => void,
): AsyncGenerator<Uint8Array> {
  let pending: Uint8Array[] = [];
  let pendingBytes = 0;
  let files = 0;
  let bytes = 0;
  for (const blob of blobs) {
    pending.push(frameHead(blob.digest, blob.size));
    pendingBytes += FRAME_HEAD_BYTES;
    for (const chunk of readChunks(blob)) {
      pending.push(chunk);
      pendingBytes += chunk.length;
      bytes += chunk.length;
      if (pendingBytes < CHUNK_BYTES) continue;
      yield Buffer.concat(pending);
      onProgress?.(files, bytes);
      pending = [];
      pendingBytes = 0;
    }
    files += 1;
  }
  pending.push(endOfFrames);
  yield Buffer.concat(pending);
  onProgress?.(files, bytes);
}

function* readChunks(blob: BlobSource): Generator<Uint8Array> {
  try {
    yield* chunksOf(blob);
  } catch (error) {
    if (isAppcfgError(error)) throw error;
    throw failure('packaging.unreadable', { path: blob.path, reason: messageOf(error) }, { cause: error });
  }
}

function* chunksOf(blob: BlobSource): Generator<Uint8Array> {
  const file = openSync(blob.path, 'r');
  try {
    const changed = () => failure('packaging.changed-while-reading', { path: blob.path });
    if (fstatSync(file).size !== blob.size) throw changed();
    let left = blob.size;
    while (left > 0) {
      const chunk = Buffer.allocUnsafe(Math.min(CHUNK_BYTES, left));
      const length = readSync(file, chunk, 0, chunk.length, null);
      if (length === 0) throw changed();
      left -= length;
      yield chunk.subarray(0, length);
    }
  } finally {
    closeSync(file);
  }
}
