/** Resumable uploads: begun with a POST, sent with PUTs that say which bytes they carry, 308 until all are there. */
import { failure } from '../../../errors.ts';
import { readText } from '../json-body.ts';
import type { RouteRequest } from '../route-table.ts';
import { type UploadRange, uploadRange } from './content-range.ts';
import {
  bodyOf,
  DEFAULT_TYPE,
  type InsertParts,
  invalid,
  objectName,
  parseMetadata,
  putChecked,
  requireGeneration,
} from './insert-object.ts';
import { objectResource } from './object-resource.ts';
import type { UploadSession } from './upload-sessions.ts';

const MAX_METADATA_BYTES = 256 * 1024;

export async function beginResumable(
  { uploads, objects }: InsertParts,
  request: RouteRequest,
  bucket: string,
): Promise<undefined> {
  const { message, query, response } = request;
  const metadata = parseMetadata(await readText(message, MAX_METADATA_BYTES));
  const name = objectName(query.get('name') ?? metadata.name);
  requireGeneration(query, objects.get({ bucket, name }));
  const total = Number(message.headers['x-upload-content-length'] ?? Number.NaN);
  const session = uploads.begin(
    { bucket, name },
    {
      contentType: metadata.contentType ?? header(message.headers['x-upload-content-type']) ?? DEFAULT_TYPE,
      total: Number.isSafeInteger(total) && total >= 0 ? total : undefined,
      expected: metadata,
    },
  );
  const path = `/upload/storage/v1/b/${encodeURIComponent(bucket)}/o`;
  const location = `${originOf(request)}${path}?uploadType=resumable&name=${encodeURIComponent(name)}&upload_id=${session.id}`;
  response.writeHead(200, { location, 'x-guploader-uploadid': session.id, 'content-length': 0 });
  response.end();
  return undefined;
}

export async function continueResumable(parts: InsertParts, request: RouteRequest): Promise<unknown> {
  const { message, query } = request;
  const session = parts.uploads.require(query.get('upload_id') ?? '');
  if (session.result) {
    message.resume();
    return objectResource(session.result, originOf(request));
  }
  const range = uploadRange(header(message.headers['content-range']));
  if (!range) throw invalid('Content-Range', 'can not be understood');
  if (session.isBusy) throw failure('api.refused', { reason: 'This upload is being written to by another request' });
  session.isBusy = true;
  try {
    return await take(parts, request, session, range);
  } finally {
    session.isBusy = false;
  }
}

export function cancelResumable({ uploads }: InsertParts, { query }: RouteRequest): unknown {
  const id = query.get('upload_id') ?? '';
  uploads.require(id);
  uploads.cancel(id);
  return {};
}

async function take(
  { uploads, objects }: InsertParts,
  request: RouteRequest,
  session: UploadSession,
  range: UploadRange,
): Promise<unknown> {
  const { content, target } = session;
  const total = range.total ?? session.total;
  if (range.start !== undefined) {
    if (range.start > content.size) throw invalid('Content-Range', `begins behind byte ${content.size}`);
    const isWhole = await append(request, session, range.start);
    const saysEnd = range.end === undefined && total === undefined;
    if (!isWhole || !(saysEnd || content.size === total)) return incomplete(request, content.size);
  } else {
    request.message.resume();
    if (total === undefined || content.size !== total) return incomplete(request, content.size);
  }
  try {
    session.result = putChecked(objects, target, content, session);
  } catch (error) {
    uploads.cancel(session.id);
    throw error;
  }
  content.discard();
  return objectResource(session.result, originOf(request));
}

/** Takes the body, without the bytes that are there already. False when the connection was cut. */
async function append(request: RouteRequest, { content }: UploadSession, start: number): Promise<boolean> {
  const { message } = request;
  let known = content.size - start;
  try {
    for await (const chunk of bodyOf(request)) {
      const fresh = chunk.subarray(Math.min(known, chunk.length));
      known -= chunk.length - fresh.length;
      if (fresh.length > 0) content.write(fresh);
    }
  } catch (error) {
    if (message.destroyed && !message.complete) return false;
    message.resume();
    throw error;
  }
  return message.complete;
}

function incomplete({ response }: RouteRequest, size: number): undefined {
  response.writeHead(308, { 'content-length': 0, ...(size > 0 ? { range: `bytes=0-${size - 1}` } : {}) });
  response.end();
  return undefined;
}

/** Where the caller sees this platform. */
export function originOf({ channel }: Pick<RouteRequest, 'channel'>): string {
  return channel.origin;
}

function header(value: string | readonly string[] | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
