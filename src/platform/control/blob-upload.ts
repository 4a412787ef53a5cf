/** Takes the framed blob stream: verified while it is written, one durability barrier at the end. */
import type { IncomingMessage } from 'node:http';
import { failure, isAppcfgError } from '../../errors.ts';
import { FrameParser } from '../../protocol/frames.ts';
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
    // Not destroyed on the way out: the client is to read why its upload was refused.
    for await (const chunk of message.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      parser.push(chunk);
    }
  } catch (error) {
    message.resume();
    if (isAppcfgError(error)) throw error;
    if (error instanceof RangeError) throw failure('control.bad-request', { request, reason: error.message });
    if (message.destroyed && !message.complete) throw failure('upload.cut', { blobs }, { cause: error });
    throw error;
  } finally {
    writer?.abort();
    if (blobs > 0) await store.sync();
  }
  if (!parser.isComplete) throw failure('upload.cut', { blobs });
  return { blobs, bytes };
}
