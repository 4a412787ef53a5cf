/** Uploads in one request: `media` (the body is the content) and `multipart` (metadata, then content). */
import { z } from 'zod';
import { failure, isAppcfgError, messageOf } from '../../../errors.ts';
import type { IncomingContent } from '../../objects/incoming-content.ts';
import type { ObjectStore, StoredObject } from '../../objects/object-store.ts';
import type { RouteRequest } from '../route-table.ts';
import { boundaryOf, MultipartError, MultipartReader } from './multipart-reader.ts';
import { type ExpectedHashes, MAX_OBJECT_BYTES, type UploadSessions } from './upload-sessions.ts';

/** What stands around the content of a multipart body. */
const MAX_HEAD_BYTES = 1024 * 1024;

export interface InsertParts {
  readonly objects: ObjectStore;
  readonly uploads: UploadSessions;
}

const metadataShape = z.looseObject({
  name: z.string().max(1024).optional(),
  contentType: z.string().max(256).optional(),
  md5Hash: z.string().max(64).optional(),
  crc32c: z.string().max(16).optional(),
});
export type ObjectMetadata = z.infer<typeof metadataShape>;

/** @throws AppcfgError `api.invalid`, `upload.cut`, `control.too-large` ...; nothing is kept then */
export async function insertMedia(parts: InsertParts, request: RouteRequest, bucket: string): Promise<StoredObject> {
  const name = objectName(request.query.get('name'));
  return inserted(parts, request, async (content) => {
    for await (const chunk of bodyOf(request)) content.write(chunk);
    return { bucket, name, contentType: request.message.headers['content-type'], expected: {} };
  });
}

/** @throws like insertMedia */
export async function insertMultipart(
  parts: InsertParts,
  request: RouteRequest,
  bucket: string,
): Promise<StoredObject> {
  const boundary = boundaryOf(request.message.headers['content-type']);
  if (boundary === undefined) throw invalid('Content-Type', 'names no boundary');
  return inserted(parts, request, async (content) => {
    let metadata: ObjectMetadata = {};
    let partType: string | undefined;
    const reader = new MultipartReader(boundary, {
      onMetadata: (text) => {
        metadata = parseMetadata(text);
      },
      onContentStart: (type) => {
        partType = type;
      },
      onContent: (bytes) => content.write(bytes),
    });
    for await (const chunk of bodyOf(request)) reader.push(chunk);
    reader.end();
    const name = objectName(request.query.get('name') ?? metadata.name);
    return { bucket, name, contentType: metadata.contentType ?? partType, expected: metadata };
  });
}

interface Received {
  readonly bucket: string;
  readonly name: string;
  readonly contentType: string | undefined;
  readonly expected: ExpectedHashes;
}

async function inserted(
  { objects, uploads }: InsertParts,
  { message, query }: RouteRequest,
  receive: (content: IncomingContent) => Promise<Received>,
): Promise<StoredObject> {
  const content = uploads.incoming(`${message.method} ${message.url}`);
  try {
    const { bucket, name, contentType, expected } = await receive(content);
    requireGeneration(query, objects.get({ bucket, name }));
    return putChecked(objects, { bucket, name }, content, { contentType: contentType ?? DEFAULT_TYPE, expected });
  } catch (error) {
    // The client is to read why its upload was refused.
    message.resume();
    if (isAppcfgError(error)) throw error;
    if (error instanceof MultipartError) throw invalid('The multipart body', messageOf(error));
    if (message.destroyed && !message.complete) throw failure('upload.cut', { blobs: 0 }, { cause: error });
    throw error;
  } finally {
    content.discard();
  }
}

export const DEFAULT_TYPE = 'application/octet-stream';

export interface PutOptions {
  readonly contentType: string;
  readonly expected: ExpectedHashes;
}

/** @throws AppcfgError `api.invalid` when the content is not what the client said; the object is gone then */
export function putChecked(
  objects: ObjectStore,
  target: { readonly bucket: string; readonly name: string },
  content: IncomingContent,
  { contentType, expected }: PutOptions,
): StoredObject {
  const object = objects.put(target, content, contentType.slice(0, 256));
  for (const [field, wanted, found] of [
    ['md5Hash', expected.md5Hash, object.md5],
    ['crc32c', expected.crc32c, object.crc32c],
  ] as const) {
    if (wanted === undefined || wanted === found) continue;
    objects.delete(target);
    throw invalid(field, `is ${wanted}, but what came has ${found}`);
  }
  return object;
}

/** @throws AppcfgError `api.condition` */
export function requireGeneration(query: URLSearchParams, before: StoredObject | undefined): void {
  const wanted = query.get('ifGenerationMatch');
  const found = before?.generation ?? '0';
  if (wanted === null || wanted === found) return;
  throw failure('api.condition', { condition: `ifGenerationMatch=${wanted.slice(0, 32)}`, found });
}

/** @throws AppcfgError `api.invalid` */
export function parseMetadata(text: string): ObjectMetadata {
  let value: unknown;
  try {
    value = text.trim() === '' ? {} : JSON.parse(text);
  } catch {
    throw invalid('The metadata', 'is not JSON');
  }
  const parsed = metadataShape.safeParse(value);
  if (!parsed.success) throw invalid('The metadata', parsed.error.issues[0]?.message ?? 'has the wrong shape');
  return parsed.data;
}

/** @throws AppcfgError `api.invalid` */
export function objectName(name: string | null | undefined): string {
  if (name === null || name === undefined || name === '') throw invalid('name', 'is missing');
  if (Buffer.byteLength(name) > 1024) throw invalid('name', 'is longer than 1024 bytes');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters in a name are what is refused here.
  if (/[\u0000-\u001f\u007f]/.test(name)) throw invalid('name', 'contains a control character');
  return name;
}

/**
 * Not destroyed on the way out: the answer still has to go through the same connection.
 * @throws AppcfgError `control.too-large` when the body announces more than an object may have
 */
export function bodyOf({ message }: RouteRequest): AsyncIterable<Buffer> {
  if (Number(message.headers['content-length'] ?? 0) > MAX_OBJECT_BYTES + MAX_HEAD_BYTES) {
    throw failure('control.too-large', { request: `${message.method} ${message.url}`, limit: MAX_OBJECT_BYTES });
  }
  return message.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>;
}

export function invalid(field: string, reason: string) {
  return failure('api.invalid', { field, reason });
}
