/** Sends files to the staging bucket: many at once, large ones in parts that go on where they were cut. */
import { createHash } from 'node:crypto';
import { open, readFile, stat } from 'node:fs/promises';
import type { BlobSource } from '../../backend/backend.ts';
import { failure, isAppcfgError, messageOf } from '../../errors.ts';
import { digestOf } from '../../support/digest.ts';
import { runTogether } from '../../support/run-together.ts';
import type { ApplicationHome } from './application-home.ts';
import type { GoogleContext } from './google-context.ts';
import { isTransient, statusOf } from './refusal.ts';
import { fileObject } from './staged-files.ts';

/** As many as gcloud has at the most. */
const AT_ONCE = 16;
/** Above it a file goes in parts (Cloud Storage's own advice); a part is a multiple of 256 KiB. */
const ONE_REQUEST_BYTES = 5 * 1024 * 1024;
const PART_BYTES = 8 * 1024 * 1024;
const MOST_LOST_PARTS = 8;

interface UploadOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((files: number, bytes: number) => void) | undefined;
}

/** Digest -> SHA-1 of what was sent. */
export type SentFiles = ReadonlyMap<string, string>;

/** @throws AppcfgError `packaging.changed-while-reading`; what was sent before stays there and is not sent again */
export async function uploadFiles(
  context: GoogleContext,
  home: ApplicationHome,
  blobs: readonly BlobSource[],
  { signal, onProgress }: UploadOptions,
): Promise<SentFiles> {
  const sent = new Map<string, string>();
  let bytes = 0;
  const onBytes = (more: number) => {
    bytes += more;
    onProgress?.(sent.size, bytes);
  };
  await runTogether(blobs, AT_ONCE, async (blob) => {
    signal?.throwIfAborted();
    const isSmall = blob.size <= ONE_REQUEST_BYTES;
    const sha1 = isSmall
      ? await uploadWhole(home, blob, signal)
      : await uploadInParts(context, home, blob, { signal, onBytes });
    sent.set(blob.digest, sha1);
    onBytes(isSmall ? blob.size : 0);
  });
  return sent;
}

async function uploadWhole(home: ApplicationHome, blob: BlobSource, signal: AbortSignal | undefined): Promise<string> {
  const bytes = await readWhole(blob);
  const sha1 = createHash('sha1').update(bytes).digest('hex');
  await home.staging.write(fileObject(blob.digest, sha1), bytes, { signal });
  return sha1;
}

/** @throws AppcfgError `packaging.changed-while-reading`, `packaging.unreadable` */
export async function readWhole({ path, size, digest }: BlobSource): Promise<Buffer> {
  const bytes = await readFile(path).catch((error: unknown) => {
    throw failure('packaging.unreadable', { path, reason: messageOf(error) }, { cause: error });
  });
  if (bytes.length !== size || digestOf(bytes) !== digest) throw failure('packaging.changed-while-reading', { path });
  return bytes;
}

interface PartOptions {
  readonly signal: AbortSignal | undefined;
  readonly onBytes: (more: number) => void;
}

async function uploadInParts(
  { client, clock }: GoogleContext,
  home: ApplicationHome,
  blob: BlobSource,
  { signal, onBytes }: PartOptions,
): Promise<string> {
  // The name holds the digests, so the file is read once before the first part goes.
  const sha1 = await checkedSha1(blob);
  const address = await home.staging.beginUpload(fileObject(blob.digest, sha1), blob.size, { signal });
  const file = await open(blob.path, 'r');
  let reported = 0;
  try {
    for (let start = 0, lost = 0; start < blob.size; ) {
      const part = Buffer.alloc(Math.min(PART_BYTES, blob.size - start));
      const { bytesRead } = await file.read(part, 0, part.length, start);
      if (bytesRead < part.length) throw failure('packaging.changed-while-reading', { path: blob.path });
      const range = `bytes ${start}-${start + part.length - 1}/${blob.size}`;
      const put = { api: 'storage', method: 'PUT', path: address, signal, isRepeatable: false } as const;
      try {
        const answer = await client.raw({ ...put, bytes: part, headers: { 'content-range': range } }, [308]);
        start = answer.status === 308 ? receivedOf(answer.header('range')) : blob.size;
        lost = 0;
      } catch (error) {
        lost += 1;
        if (!isTransient(error) || lost > MOST_LOST_PARTS || signal?.aborted) throw error;
        await clock.sleep(200 * 2 ** lost, signal);
        // How far it came only the server knows.
        const asked = await client.raw(
          { ...put, isRepeatable: true, headers: { 'content-range': `bytes */${blob.size}` } },
          [308],
        );
        start = asked.status === 308 ? receivedOf(asked.header('range')) : blob.size;
      }
      if (start > reported) onBytes(start - reported);
      reported = Math.max(reported, start);
    }
  } catch (error) {
    // An upload that the server forgot begins anew with the next attempt of the whole command.
    if (isAppcfgError(error) && statusOf(error) === 404) throw failure('upload.cut', { blobs: 0 }, { cause: error });
    throw error;
  } finally {
    await file.close();
  }
  return sha1;
}

function receivedOf(range: string | undefined): number {
  const last = /^bytes=0-(\d+)$/.exec(range ?? '')?.[1];
  return last === undefined ? 0 : Number(last) + 1;
}

async function checkedSha1({ path, size, digest }: BlobSource): Promise<string> {
  const [sha1, sha256] = [createHash('sha1'), createHash('sha256')];
  const changed = () => failure('packaging.changed-while-reading', { path });
  if ((await stat(path)).size !== size) throw changed();
  const file = await open(path, 'r');
  try {
    for await (const chunk of file.createReadStream({ autoClose: false, highWaterMark: 1024 * 1024 })) {
      sha1.update(chunk as Buffer);
      sha256.update(chunk as Buffer);
    }
  } finally {
    await file.close();
  }
  if (sha256.digest('hex') !== digest) throw changed();
  return sha1.digest('hex');
}
