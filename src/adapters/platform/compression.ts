/** Whether an upload is compressed on its way: where the network is slower than the processor, and the files shrink. */
import type { BlobSource } from '../../backend/backend.ts';
import { MAX_UNPACKED_BYTES } from '../../protocol/frames.ts';

/** The fastest: measured, it pays on anything slower than a gigabit a second. */
export const COMPRESSION_LEVEL = 1;

/** Formats that are compressed already; trying again only costs time. */
const packed =
  /\.(7z|aac|apk|avif|br|bz2|docx|ear|flac|gif|gz|heic|jar|jpe?g|m4[av]|mkv|mov|mp[34]|ogg|opus|pdf|png|pptx|rar|tgz|war|webm|webp|whl|woff2?|xlsx|xz|zip|zst)$/i;

/** @param url of the platform */
export function isCompressed(url: string, blobs: readonly BlobSource[]): boolean {
  if (isThisMachine(new URL(url).hostname)) return false;
  let total = 0;
  let shrinking = 0;
  for (const { path, size } of blobs) {
    total += size;
    if (!packed.test(path)) shrinking += size;
  }
  return shrinking > total / 2 && total < MAX_UNPACKED_BYTES;
}

function isThisMachine(host: string): boolean {
  return host === 'localhost' || host === '[::1]' || host.startsWith('127.');
}
