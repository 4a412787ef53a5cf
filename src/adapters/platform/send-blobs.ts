/** Sends many files in one stream, and what is left of them again, in smaller pieces, when the connection breaks. */
import { pipeline, Readable } from 'node:stream';
import { createGzip } from 'node:zlib';
import type { BlobSource } from '../../backend/backend.ts';
import type { CallOptions } from '../../backend/call-options.ts';
import { failure, isAppcfgError } from '../../errors.ts';
import { paths } from '../../protocol/extension.ts';
import { FRAMES_CONTENT_TYPE } from '../../protocol/frames.ts';
import type { Clock } from '../../support/clock.ts';
import { blobStream, streamSize } from './blob-stream.ts';
import { COMPRESSION_LEVEL, isCompressed } from './compression.ts';
import type { ControlClient } from './control-client.ts';
import { repeatedly } from './transient.ts';

export interface SendOptions extends CallOptions {
  readonly onProgress?: (files: number, bytes: number) => void;
}

interface Sending {
  readonly client: ControlClient;
  readonly clock: Clock;
  readonly application: string;
}

/** A connection that takes nothing for so long is given up: the platform writes faster than any network brings. */
const STALLED_MS = 60_000;

/** One question, however many digests. */
export async function missingBlobs(
  client: ControlClient,
  application: string,
  digests: readonly string[],
  signal: AbortSignal | undefined,
): Promise<readonly string[]> {
  const { missing } = await client.json<{ missing: string[] }>({
    method: 'POST',
    path: paths.missingBlobs(application),
    body: { digests },
    isRepeatable: true,
    ...(signal ? { signal } : {}),
  });
  return missing;
}

/** @throws AppcfgError `packaging.changed-while-reading`, `backend.unreachable` ... */
export async function sendBlobs(sending: Sending, blobs: readonly BlobSource[], options: SendOptions): Promise<void> {
  const { signal, onProgress } = options;
  const { client, clock, application } = sending;
  let left = blobs;
  let leftBefore = blobs.length;
  let mostBytes = Number.POSITIVE_INFINITY;
  // Complete files are kept by the platform: only the others travel again.
  const beforeNext = async () => {
    const digests = left.map(({ digest }) => digest);
    const missing = new Set(await missingBlobs(client, application, digests, signal));
    left = left.filter(({ digest }) => missing.has(digest));
    const hasCome = left.length < leftBefore;
    // A reset takes with it what the platform had not read: a piece that is too large for the network never comes.
    if (!hasCome) mostBytes = Math.min(mostBytes, sizeOf(left)) / 4;
    return hasCome;
  };
  const attempt = async () => {
    leftBefore = left.length;
    while (left.length > 0) {
      const piece = firstOf(left, mostBytes);
      const files = blobs.length - left.length;
      const bytes = sizeOf(blobs) - sizeOf(left);
      await sendOnce(sending, piece, {
        ...(signal ? { signal } : {}),
        onProgress: (moreFiles, moreBytes) => onProgress?.(files + moreFiles, bytes + moreBytes),
      });
      left = left.slice(piece.length);
    }
  };
  await repeatedly(attempt, { clock, signal, beforeNext });
}

/** As many from the front as stay within so many bytes together; one in any case. */
function firstOf(blobs: readonly BlobSource[], mostBytes: number): readonly BlobSource[] {
  let bytes = 0;
  const end = blobs.findIndex(({ size }, index) => {
    bytes += size;
    return index > 0 && bytes > mostBytes;
  });
  return end === -1 ? blobs : blobs.slice(0, end);
}

async function sendOnce({ client, clock, application }: Sending, blobs: readonly BlobSource[], options: SendOptions) {
  const watch = watchProgress(clock, options.signal);
  let readError: unknown;
  const onProgress = (files: number, bytes: number) => {
    watch.moved();
    options.onProgress?.(files, bytes);
  };
  const body = Readable.from(blobStream(blobs, onProgress), { objectMode: false, highWaterMark: 2 * 1024 * 1024 });
  body.once('error', (error) => {
    readError = error;
  });
  const sent = isCompressed(client.url, blobs) ? compressed(body) : plain(body, streamSize(blobs));
  try {
    const path = paths.blobs(application);
    await client.json({ method: 'POST', path, ...sent, isRepeatable: false, signal: watch.signal });
  } catch (error) {
    // A file that changed while it was read cuts the connection: the file is the reason, not the network.
    throw isAppcfgError(readError) ? readError : (changedFile(error, blobs) ?? error);
  } finally {
    watch.end();
    body.destroy();
  }
}

function plain(body: Readable, size: number) {
  return { body, headers: { 'content-type': FRAMES_CONTENT_TYPE, 'content-length': String(size) } };
}

/** What breaks the source breaks the connection, so that the platform sees that it is not complete. */
function compressed(source: Readable) {
  const gzip = createGzip({ level: COMPRESSION_LEVEL, chunkSize: 256 * 1024 });
  const body = pipeline(source, gzip, () => {});
  return { body, headers: { 'content-type': FRAMES_CONTENT_TYPE, 'content-encoding': 'gzip' } };
}

/** Content that does not have its digest, and came whole, changed between the reading for the digest and the sending. */
function changedFile(error: unknown, blobs: readonly BlobSource[]): Error | undefined {
  if (!isAppcfgError(error) || error.code !== 'blob.corrupt') return undefined;
  const blob = blobs.find(({ digest }) => digest === error.details.digest);
  return blob && failure('packaging.changed-while-reading', { path: blob.path });
}

function sizeOf(blobs: readonly BlobSource[]): number {
  return blobs.reduce((sum, { size }) => sum + size, 0);
}

/** A signal that follows the caller's, and aborts when nothing has moved for a long time. */
function watchProgress(clock: Clock, signal: AbortSignal | undefined) {
  const stalled = new AbortController();
  const reason = failure('backend.unreachable', {
    backend: 'platform',
    url: 'its control API',
    reason: `nothing moved for ${STALLED_MS / 1000} seconds`,
    isTransient: true,
  });
  let cancel = () => {};
  const moved = () => {
    cancel();
    cancel = clock.after(STALLED_MS, () => stalled.abort(reason));
  };
  moved();
  return {
    signal: signal ? AbortSignal.any([signal, stalled.signal]) : stalled.signal,
    moved,
    end: () => cancel(),
  };
}
