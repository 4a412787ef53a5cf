/** The part of Cloud Storage that a deploy needs: objects listed, read, written under a condition, deleted. */
import { failure } from '../../errors.ts';
import type { GoogleClient } from './google-client.ts';
import { statusOf } from './refusal.ts';

export interface StoredObject {
  readonly name: string;
  readonly size?: string;
  readonly generation?: string;
  /** RFC 3339. */
  readonly timeCreated?: string;
}

export interface ObjectContent {
  readonly bytes: Buffer;
  /** For writing it under the condition that it is still this one. */
  readonly generation: string;
}

interface Call {
  readonly signal?: AbortSignal | undefined;
}

export class Bucket {
  readonly name: string;
  readonly #client: GoogleClient;

  constructor(client: GoogleClient, name: string) {
    this.#client = client;
    this.name = name;
  }

  /** undefined when there is no such bucket. */
  list(prefix: string, { signal }: Call = {}): Promise<readonly StoredObject[] | undefined> {
    const query = { prefix, maxResults: 1000, fields: 'items(name,size,generation,timeCreated),nextPageToken' };
    return this.#client.list<StoredObject>(
      { api: 'storage', method: 'GET', path: this.#objects(), query, signal },
      'items',
    );
  }

  /** undefined when there is none. */
  async read(name: string, { signal }: Call = {}): Promise<ObjectContent | undefined> {
    const request = {
      api: 'storage',
      method: 'GET',
      path: this.#object(name),
      query: { alt: 'media' },
      signal,
    } as const;
    const answer = await this.#client.raw(request, [404]);
    if (answer.status === 404) return undefined;
    return { bytes: answer.body, generation: answer.header('x-goog-generation') ?? '' };
  }

  /**
   * Small content, in one request.
   * @param generation it must be this one now; `0`: there must be none. Without it, whatever is there is replaced.
   * @throws AppcfgError `google.refused` with status 412 when it is another one
   */
  async write(
    name: string,
    bytes: Uint8Array,
    options: Call & { readonly generation?: string } = {},
  ): Promise<StoredObject> {
    const { signal, generation } = options;
    const isConditional = generation !== undefined;
    return this.#client.json<StoredObject>({
      api: 'storage',
      method: 'POST',
      path: `/upload${this.#objects()}`,
      query: { uploadType: 'media', name, ...(isConditional ? { ifGenerationMatch: generation } : {}) },
      headers: { 'content-type': 'application/octet-stream' },
      bytes,
      signal,
      // After a lost answer a condition would not hold against what was just written itself.
      isRepeatable: !isConditional,
    });
  }

  async delete(name: string, { signal }: Call = {}): Promise<void> {
    await this.#client.raw({ api: 'storage', method: 'DELETE', path: this.#object(name), signal }, [404]);
  }

  /** After how many days objects are deleted by themselves; undefined when they are not, or nobody may know. */
  async deletesAfterDays({ signal }: Call = {}): Promise<number | undefined> {
    interface Rules {
      readonly lifecycle?: {
        readonly rule?: readonly {
          readonly action?: { readonly type?: string };
          readonly condition?: { readonly age?: number };
        }[];
      };
    }
    const path = `/storage/v1/b/${encodeURIComponent(this.name)}`;
    try {
      const { lifecycle } = await this.#client.json<Rules>({
        api: 'storage',
        method: 'GET',
        path,
        query: { fields: 'lifecycle' },
        signal,
      });
      const ages = (lifecycle?.rule ?? []).flatMap(({ action, condition }) =>
        action?.type === 'Delete' && condition?.age !== undefined ? [condition.age] : [],
      );
      return ages.length === 0 ? undefined : Math.min(...ages);
    } catch (error) {
      if ([403, 404].includes(statusOf(error) ?? 0)) return undefined;
      throw error;
    }
  }

  /** As versions name their files. Google's own name of the host, whatever the endpoint is. */
  sourceUrl(name: string): string {
    return `https://storage.googleapis.com/${this.name}/${name}`;
  }

  /** Begins an upload in parts. @returns the address that the parts go to */
  async beginUpload(name: string, size: number, { signal }: Call = {}): Promise<string> {
    const answer = await this.#client.raw({
      api: 'storage',
      method: 'POST',
      path: `/upload${this.#objects()}`,
      query: { uploadType: 'resumable', name },
      headers: { 'x-upload-content-type': 'application/octet-stream', 'x-upload-content-length': String(size) },
      json: { name },
      signal,
      isRepeatable: true,
    });
    const location = answer.header('location');
    if (location === undefined) {
      throw failure('backend.protocol', { backend: 'google', request: 'an upload in parts', reason: 'no address' });
    }
    return location;
  }

  #objects(): string {
    return `/storage/v1/b/${encodeURIComponent(this.name)}/o`;
  }

  #object(name: string): string {
    return `${this.#objects()}/${encodeURIComponent(name)}`;
  }
}
