/** The part of the Cloud Storage JSON API that uploads need, at the places where clients expect it. */

import { failure } from '../../../errors.ts';
import { anyone, of, prepares, views } from '../../access/route-access.ts';
import type { StoredObject } from '../../objects/object-store.ts';
import type { ControlParts } from '../extension-routes.ts';
import type { Route, RouteRequest } from '../route-table.ts';
import { applicationOfBucketNamed, bucketResource, requireBucket } from './buckets.ts';
import { downloadRange } from './content-range.ts';
import { type InsertParts, insertMedia, insertMultipart, invalid } from './insert-object.ts';
import { objectResource } from './object-resource.ts';
import { beginResumable, cancelResumable, continueResumable, originOf } from './resumable-upload.ts';

const bucketPattern = '/storage/v1/b/:bucket';
/** gcloud sends resumable uploads to a place of their own. */
const uploadPatterns = [`/upload${bucketPattern}/o`, `/resumable/upload${bucketPattern}/o`];
const objectPatterns = [`${bucketPattern}/o/:object`, `/download${bucketPattern}/o/:object`];
const MOST_LISTED = 1000;

type StorageParts = Pick<ControlParts, 'desired' | 'onBlobsPromised'> & InsertParts;

export function storageRoutes(parts: StorageParts): readonly Route[] {
  const applicationOfBucket = ({ parameters }: Pick<RouteRequest, 'parameters'>) =>
    applicationOfBucketNamed(parts.desired, parameters.bucket ?? '');
  const bucketOf = ({ parameters }: RouteRequest) => requireBucket(parts.desired, parameters.bucket ?? '');
  return [
    {
      method: 'GET',
      pattern: bucketPattern,
      access: of(applicationOfBucket, views),
      handler: (request) => bucketResource(bucketOf(request)),
    },
    {
      method: 'GET',
      pattern: `${bucketPattern}/o`,
      access: of(applicationOfBucket, views),
      handler: (request) => listObjects(parts, request, bucketOf(request)),
    },
    ...objectPatterns.flatMap((pattern): Route[] => [
      {
        method: 'GET',
        pattern,
        access: of(applicationOfBucket, views),
        handler: (request) => getObject(parts, request, bucketOf(request)),
      },
      {
        method: 'DELETE',
        pattern,
        access: of(applicationOfBucket, prepares),
        handler: (request) => deleteObject(parts, request, bucketOf(request)),
      },
    ]),
    ...uploadPatterns.flatMap((pattern): Route[] => [
      {
        method: 'POST',
        pattern,
        access: of(applicationOfBucket, prepares),
        handler: (request) => insert(parts, request, bucketOf(request)),
      },
      // The address of an upload holds its secret: whoever has it may go on with it, as at Google.
      { method: 'PUT', pattern, access: anyone, handler: (request) => continueResumable(parts, request) },
      { method: 'DELETE', pattern, access: anyone, handler: (request) => cancelResumable(parts, request) },
    ]),
  ];
}

function listObjects(parts: StorageParts, request: RouteRequest, bucket: string): unknown {
  const { query } = request;
  const limit = Math.min(MOST_LISTED, Math.max(1, Number(query.get('maxResults')) || MOST_LISTED));
  const { objects, next } = parts.objects.list({
    bucket,
    prefix: query.get('prefix') ?? '',
    after: query.get('pageToken') ?? '',
    limit,
  });
  // Whoever lists is about to count on what it finds.
  parts.onBlobsPromised(objects.map(({ digest }) => digest));
  return {
    kind: 'storage#objects',
    items: objects.map((object) => objectResource(object, originOf(request))),
    ...(next === undefined ? {} : { nextPageToken: next }),
  };
}

function getObject(parts: StorageParts, request: RouteRequest, bucket: string): unknown {
  const object = requireObject(parts, request, bucket);
  const isDownload = request.query.get('alt') === 'media' || request.message.url?.startsWith('/download/') === true;
  if (!isDownload) return objectResource(object, originOf(request));
  const range = downloadRange(request.message.headers.range, object.size);
  const { response } = request;
  if (range === undefined) {
    response.writeHead(416, { 'content-range': `bytes */${object.size}`, 'content-length': 0 });
    response.end();
    return undefined;
  }
  const content = parts.objects.read(object);
  const part = range === 'whole' ? content : content.subarray(range.start, range.end + 1);
  response.writeHead(range === 'whole' ? 200 : 206, {
    'content-type': object.contentType,
    'content-length': part.length,
    'accept-ranges': 'bytes',
    etag: `"${object.generation}"`,
    'x-goog-generation': object.generation,
    'x-goog-hash': `crc32c=${object.crc32c},md5=${object.md5}`,
    'x-goog-stored-content-length': String(object.size),
    'x-content-type-options': 'nosniff',
    ...(range === 'whole' ? {} : { 'content-range': `bytes ${range.start}-${range.end}/${object.size}` }),
  });
  response.end(part);
  return undefined;
}

function deleteObject(parts: StorageParts, request: RouteRequest, bucket: string): undefined {
  requireObject(parts, request, bucket);
  parts.objects.delete({ bucket, name: request.parameters.object ?? '' });
  request.response.writeHead(204);
  request.response.end();
  return undefined;
}

async function insert(parts: StorageParts, request: RouteRequest, bucket: string): Promise<unknown> {
  switch (request.query.get('uploadType') ?? 'media') {
    case 'media':
      return objectResource(await insertMedia(parts, request, bucket), originOf(request));
    case 'multipart':
      return objectResource(await insertMultipart(parts, request, bucket), originOf(request));
    case 'resumable':
      return beginResumable(parts, request, bucket);
    default:
      throw invalid('uploadType', 'must be media, multipart or resumable');
  }
}

function requireObject(parts: StorageParts, { parameters }: RouteRequest, bucket: string): StoredObject {
  const name = parameters.object ?? '';
  const object = parts.objects.get({ bucket, name });
  if (!object) throw failure('api.not-found', { what: 'object', name: `${bucket}/${name}` });
  return object;
}
