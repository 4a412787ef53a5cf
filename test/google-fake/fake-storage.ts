/** Cloud Storage: buckets, objects with generations and conditions, uploads whole and in parts. */
import { createHash, randomBytes } from 'node:crypto';
import { checkQuery, type FakeAnswer, type FakeRequest, notFound, Refusal, Violation } from './answer.ts';

export interface FakeObject {
  readonly name: string;
  readonly bytes: Buffer;
  readonly generation: string;
  timeCreated: string;
}

interface Upload {
  readonly bucket: string;
  readonly name: string;
  readonly total: number;
  received: Buffer;
}

/** Parts of uploads are multiples of this, the last one apart. */
const PART_UNIT = 256 * 1024;

export class FakeStorage {
  readonly buckets = new Map<string, Map<string, FakeObject>>();
  readonly #uploads = new Map<string, Upload>();
  #generation = 1_700_000_000_000_000;
  /** Parts after which the connection is cut, the bytes kept; for tests. */
  cutParts = 0;

  addBucket(name: string): void {
    if (!this.buckets.has(name)) this.buckets.set(name, new Map());
  }

  /** The object that a version names. */
  find(url: string): FakeObject | undefined {
    const [, bucket = '', name = ''] = /^https:\/\/storage\.googleapis\.com\/([^/]+)\/(.+)$/.exec(url) ?? [];
    return this.buckets.get(bucket)?.get(name);
  }

  put(bucket: string, name: string, bytes: Buffer): FakeObject {
    this.#generation += 1;
    const timeCreated = new Date().toISOString();
    const object = { name, bytes, generation: String(this.#generation), timeCreated };
    this.#bucket(bucket).set(name, object);
    return object;
  }

  handle(request: FakeRequest): FakeAnswer | undefined {
    const { method, path } = request;
    const match = /^(\/upload)?\/storage\/v1\/b\/([^/]+)(?:(\/o)(?:\/([^/]+))?)?$/.exec(path);
    if (!match) return undefined;
    const [, upload, encoded = '', objects, object] = match;
    const bucket = decodeURIComponent(encoded);
    const name = object === undefined ? undefined : decodeURIComponent(object);
    if (upload) return this.#upload(request, bucket);
    if (!objects && method === 'GET') return this.#showBucket(request, bucket);
    if (name === undefined && method === 'GET') return this.#list(request, bucket);
    if (name !== undefined && method === 'GET') return this.#read(request, bucket, name);
    if (name !== undefined && method === 'DELETE') return this.#delete(request, bucket, name);
    throw notFound(`${method} ${path}`);
  }

  #bucket(name: string): Map<string, FakeObject> {
    const found = this.buckets.get(name);
    if (!found) throw notFound(`The bucket ${name}`);
    return found;
  }

  #showBucket(request: FakeRequest, bucket: string): FakeAnswer {
    checkQuery(request, ['fields']);
    this.#bucket(bucket);
    return { status: 200, body: { lifecycle: { rule: [{ action: { type: 'Delete' }, condition: { age: 15 } }] } } };
  }

  #list(request: FakeRequest, bucket: string): FakeAnswer {
    checkQuery(request, ['prefix', 'maxResults', 'pageToken', 'fields']);
    const { query } = request;
    const prefix = query.get('prefix') ?? '';
    const after = query.get('pageToken') ?? '';
    // Small pages, so that every list has several.
    const limit = Math.min(50, Number(query.get('maxResults') ?? 50));
    const names = [...this.#bucket(bucket).keys()].sort().filter((name) => name.startsWith(prefix) && name > after);
    const items = names.slice(0, limit).map((name) => this.#shown(bucket, name));
    const last = items.at(-1)?.name;
    return {
      status: 200,
      body: { ...(items.length > 0 ? { items } : {}), ...(names.length > limit ? { nextPageToken: last } : {}) },
    };
  }

  #shown(bucket: string, name: string) {
    const object = this.#bucket(bucket).get(name);
    if (!object) throw notFound(`The object ${bucket}/${name}`);
    const { bytes, generation, timeCreated } = object;
    return { name, size: String(bytes.length), generation, timeCreated };
  }

  #read(request: FakeRequest, bucket: string, name: string): FakeAnswer {
    checkQuery(request, ['alt', 'fields', 'generation']);
    const shown = this.#shown(bucket, name);
    if (request.query.get('alt') !== 'media') return { status: 200, body: shown };
    const bytes = this.#bucket(bucket).get(name)?.bytes ?? Buffer.alloc(0);
    return { status: 200, bytes, headers: { 'x-goog-generation': shown.generation } };
  }

  #delete(request: FakeRequest, bucket: string, name: string): FakeAnswer {
    checkQuery(request, ['ifGenerationMatch']);
    this.#shown(bucket, name);
    this.#bucket(bucket).delete(name);
    return { status: 204 };
  }

  #upload(request: FakeRequest, bucket: string): FakeAnswer {
    checkQuery(request, ['uploadType', 'name', 'ifGenerationMatch', 'upload_id']);
    this.#bucket(bucket);
    const { method, query } = request;
    if (method === 'PUT') return this.#part(request);
    if (method !== 'POST') throw notFound(`${method} of an upload`);
    const name = query.get('name') ?? '';
    if (name === '' || Buffer.byteLength(name) > 1024) throw new Violation('name is missing or too long');
    this.#checkCondition(bucket, name, query.get('ifGenerationMatch'));
    if (query.get('uploadType') === 'resumable') return this.#begin(request, bucket, name);
    if (query.get('uploadType') !== 'media') throw new Violation('uploadType must be media or resumable here');
    return { status: 200, body: this.#shown(bucket, this.put(bucket, name, request.bytes).name) };
  }

  #checkCondition(bucket: string, name: string, wanted: string | null): void {
    const found = this.#bucket(bucket).get(name)?.generation ?? '0';
    if (wanted !== null && wanted !== found) {
      throw new Refusal(412, 'conditionNotMet', 'At least one of the pre-conditions you specified did not hold.');
    }
  }

  #begin({ headers, origin, path }: FakeRequest, bucket: string, name: string): FakeAnswer {
    const id = randomBytes(8).toString('hex');
    this.#uploads.set(id, {
      bucket,
      name,
      total: Number(headers['x-upload-content-length']),
      received: Buffer.alloc(0),
    });
    return { status: 200, headers: { location: `${origin}${path}?uploadType=resumable&upload_id=${id}` } };
  }

  #part({ query, headers, bytes }: FakeRequest): FakeAnswer {
    const upload = this.#uploads.get(query.get('upload_id') ?? '');
    if (!upload) throw notFound('The upload');
    const range = String(headers['content-range'] ?? '');
    const [, start, end, total] = /^bytes (?:(\d+)-(\d+)|\*)\/(\d+)$/.exec(range) ?? [];
    if (total === undefined || Number(total) !== upload.total) throw new Violation(`Content-Range is wrong: ${range}`);
    if (start !== undefined) {
      if (Number(start) !== upload.received.length) throw new Violation('A part begins where the last one did not end');
      if (Number(end) - Number(start) + 1 !== bytes.length) throw new Violation('A part is not what its range says');
      const isLast = Number(end) + 1 === upload.total;
      if (!isLast && bytes.length % PART_UNIT !== 0) throw new Violation('A part is no multiple of 256 KiB');
      upload.received = Buffer.concat([upload.received, bytes]);
    }
    if (start !== undefined && this.cutParts > 0) {
      this.cutParts -= 1;
      return { status: 0 };
    }
    const { length } = upload.received;
    if (length < upload.total) return { status: 308, headers: length === 0 ? {} : { range: `bytes=0-${length - 1}` } };
    const { bucket, name } = upload;
    return { status: 200, body: this.#shown(bucket, this.put(bucket, name, upload.received).name) };
  }
}

export const sha1Of = (bytes: Buffer) => createHash('sha1').update(bytes).digest('hex');
