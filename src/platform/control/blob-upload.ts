/** Takes the framed blob stream: verified while it is written, one durability barrier at the end. */
import type { IncomingMessage } from 'node:http';
import { createGunzip } from 'node:zlib';
import { failure, isAppcfgError } from '../../errors.ts';
import { FrameParser, MAX_UNPACKED_BYTES } from '../../protocol/frames.ts';
import type { BlobStore, BlobWriter } from '../store/blob-store.ts';

/** Bytes of one file. */
const MAX_BLOB_BYTES = 512 * 1024 * 1024;

export interface Received {
  readonly blobs: number;
  readonly bytes: number;
}

/** @throws AppcfgError `upload.cut`, `blob.corrupt`, `control.bad-request`; complete blobs are kept */
export async function receiveBlobs(message: IncomingMessage, store: BlobStore): Promise<Received> {
  const request = `${message.method} ${message.url}`;
  let writer: BlobWriter | undefined;
  let blobs = 0;
  let bytes = 0;
  const parser = new FrameParser({
    begin: (digest, size) => {
      if (size > MAX_BLOB_BYTES) throw new RangeError(`a file of ${size} bytes is over the limit of ${MAX_BLOB_BYTES}`);
      writer = store.begin(digest, size);
    },
    data: (chunk) => writer?.write(chunk),
    finish: () => {
      writer?.finish();
      writer = undefined;
      blobs += 1;
    },
  });
  try {
    for await (const chunk of contentOf(message)) {
      bytes += chunk.length;
      if (bytes > MAX_UNPACKED_BYTES)
        throw new RangeError(`an upload is over the limit of ${MAX_UNPACKED_BYTES} bytes`);
      parser.push(chunk);
    }
  } catch (error) {
    message.resume();
    if (isAppcfgError(error)) throw error;
    if (error instanceof RangeError) throw failure('control.bad-request', { request, reason: error.message });
    if (message.destroyed && !message.complete) throw failure('upload.cut', { blobs }, { cause: error });
    if (isNotGzip(error)) throw failure('control.bad-request', { request, reason: 'it is not what gzip makes' });
    throw error;
  } finally {
    writer?.abort();
    if (blobs > 0) await store.sync();
  }
  if (!parser.isComplete) throw failure('upload.cut', { blobs });
  return { blobs, bytes };
}

/** Unpacked as it comes, never more at a time than is written. */
function contentOf(message: IncomingMessage): AsyncIterable<Buffer> {
  const encoding = message.headers['content-encoding'] ?? 'identity';
  // Not destroyed on the way out: the client is to read why its upload was refused.
  if (encoding === 'identity') return message.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>;
  if (encoding !== 'gzip') throw new RangeError(`the encoding ${encoding} is not known`);
  const unpacked = createGunzip({ chunkSize: 256 * 1024 });
  message.once('close', () => {
    if (!message.complete) unpacked.destroy(new Error('The client broke off.'));
  });
  return message.pipe(unpacked);
}

function isNotGzip(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'Z_DATA_ERROR' || code === 'Z_BUF_ERROR';
}
