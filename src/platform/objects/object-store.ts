/** Objects of staging buckets: names for blobs, kept until they are old. Content is the blob store's. */

import type { Clock } from '../../support/clock.ts';
import type { BlobStore } from '../store/blob-store.ts';
import type { SqlRow, StateStore } from '../store/state-store.ts';
import type { ContentFacts, IncomingContent } from './incoming-content.ts';

export interface ObjectName {
  readonly bucket: string;
  readonly name: string;
}

export interface StoredObject extends ObjectName, ContentFacts {
  readonly contentType: string;
  /** Milliseconds since the epoch. */
  readonly createdMs: number;
  /** Digits; grows with every upload. */
  readonly generation: string;
}

export interface ObjectRange {
  readonly bucket: string;
  readonly prefix: string;
  /** Only names after this one. */
  readonly after: string;
  readonly limit: number;
}

/** Days that an object is kept. Told to clients as the bucket's rule, so that they don't count on older ones. */
export const OBJECT_DAYS = 15;
const DAY_MS = 24 * 60 * 60_000;
/** Beyond it the oldest go first. */
const MOST_OBJECTS = 500_000;

export interface ObjectStoreParts {
  readonly store: StateStore;
  readonly blobs: BlobStore;
  readonly clock: Clock;
}

export class ObjectStore {
  readonly #parts: ObjectStoreParts;
  #lastGeneration = 0;

  constructor(parts: ObjectStoreParts) {
    this.#parts = parts;
  }

  /** An object whose content was lost or damaged counts as absent, so that it is sent again. */
  get({ bucket, name }: ObjectName): StoredObject | undefined {
    const row = this.#parts.store.get('SELECT * FROM objects WHERE bucket = ? AND name = ?', bucket, name);
    const found = row && toObject(row);
    return found && this.#parts.blobs.has(found.digest) ? found : undefined;
  }

  /** In order of the names; `next` is where the following page begins after. */
  list({ bucket, prefix, after, limit }: ObjectRange): {
    readonly objects: readonly StoredObject[];
    readonly next?: string;
  } {
    const rows = this.#parts.store
      .all(
        'SELECT * FROM objects WHERE bucket = ? AND name > ? AND name >= ? AND name < ? ORDER BY name LIMIT ?',
        bucket,
        after,
        prefix,
        `${prefix}\u{10ffff}`,
        limit + 1,
      )
      .map(toObject);
    const page = rows.slice(0, limit);
    const last = page.at(-1);
    return {
      objects: page.filter((object) => this.#parts.blobs.has(object.digest)),
      ...(rows.length > limit && last ? { next: last.name } : {}),
    };
  }

  /**
   * Content that came completely becomes an object. Not forced to the disk here: one that a crash of the machine
   * takes is found to be missing, and a release forces what it is made of.
   * @throws AppcfgError `store.write-failed`
   */
  put({ bucket, name }: ObjectName, content: IncomingContent, contentType: string): StoredObject {
    return this.#record({ bucket, name }, content.store(this.#parts.blobs), contentType);
  }

  /** As Google's tools name what they upload: by its SHA-1. */
  putByHash(bucket: string, content: IncomingContent): StoredObject {
    const facts = content.store(this.#parts.blobs);
    return this.#record({ bucket, name: facts.sha1 }, facts, 'application/octet-stream');
  }

  #record({ bucket, name }: ObjectName, facts: ContentFacts, contentType: string): StoredObject {
    const { store, clock } = this.#parts;
    const createdMs = clock.now();
    this.#lastGeneration = Math.max(this.#lastGeneration + 1, createdMs * 1000);
    const object = { ...facts, bucket, name, contentType, createdMs, generation: String(this.#lastGeneration) };
    store.run(
      `INSERT OR REPLACE INTO objects
         (bucket, name, digest, size, sha1, md5, crc32c, is_program, content_type, created_at, generation)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      bucket,
      name,
      facts.digest,
      facts.size,
      facts.sha1,
      facts.md5,
      facts.crc32c,
      facts.isProgram ? 1 : 0,
      contentType,
      createdMs,
      object.generation,
    );
    return object;
  }

  /** False when there was none. */
  delete({ bucket, name }: ObjectName): boolean {
    const isThere =
      this.#parts.store.get('SELECT 1 AS found FROM objects WHERE bucket = ? AND name = ?', bucket, name) !== undefined;
    if (isThere) this.#parts.store.run('DELETE FROM objects WHERE bucket = ? AND name = ?', bucket, name);
    return isThere;
  }

  read({ digest }: Pick<StoredObject, 'digest'>): Uint8Array {
    return this.#parts.blobs.read(digest);
  }

  /** Lets go of what is old or too much; answers the blobs that the others need. */
  collect(): ReadonlySet<string> {
    const { store, clock } = this.#parts;
    store.run('DELETE FROM objects WHERE created_at < ?', clock.now() - OBJECT_DAYS * DAY_MS);
    const surplus = Number(store.get('SELECT COUNT(*) AS count FROM objects')?.count ?? 0) - MOST_OBJECTS;
    if (surplus > 0) {
      store.run('DELETE FROM objects WHERE rowid IN (SELECT rowid FROM objects ORDER BY created_at LIMIT ?)', surplus);
    }
    return new Set(store.all('SELECT DISTINCT digest FROM objects').map((row) => String(row.digest)));
  }
}

function toObject(row: SqlRow): StoredObject {
  return {
    bucket: String(row.bucket),
    name: String(row.name),
    digest: String(row.digest),
    size: Number(row.size),
    sha1: String(row.sha1),
    md5: String(row.md5),
    crc32c: String(row.crc32c),
    isProgram: row.is_program === 1,
    contentType: String(row.content_type),
    createdMs: Number(row.created_at),
    generation: String(row.generation),
  };
}
