/** Resumable uploads that are going on: in memory, because a client whose upload is unknown begins again. */
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { failure } from '../../../errors.ts';
import type { Clock } from '../../../support/clock.ts';
import { IncomingContent } from '../../objects/incoming-content.ts';
import type { ObjectName, StoredObject } from '../../objects/object-store.ts';

export interface UploadSession {
  readonly id: string;
  readonly target: ObjectName;
  readonly contentType: string;
  readonly content: IncomingContent;
  /** Bytes of the whole, when the client said so at the beginning. */
  readonly total: number | undefined;
  readonly expected: ExpectedHashes;
  lastUsedMs: number;
  /** A request is writing to it. */
  isBusy: boolean;
  /** Set when it is complete: clients that did not hear so ask again. */
  result: StoredObject | undefined;
}

/** What the client said about the content: it is refused when it is something else. */
export interface ExpectedHashes {
  readonly md5Hash?: string | undefined;
  readonly crc32c?: string | undefined;
}

/** Bytes of one object. */
export const MAX_OBJECT_BYTES = 512 * 1024 * 1024;
const MOST_SESSIONS = 200;
const IDLE_MS = 24 * 60 * 60_000;

export interface UploadSessionsOptions {
  /** For content that is too large for memory. */
  readonly directory: string;
  readonly clock: Clock;
}

export class UploadSessions {
  readonly #options: UploadSessionsOptions;
  readonly #sessions = new Map<string, UploadSession>();

  constructor(options: UploadSessionsOptions) {
    this.#options = options;
  }

  /** Content on its way, of an upload in one request. */
  incoming(request: string): IncomingContent {
    const file = join(this.#options.directory, randomBytes(12).toString('hex'));
    return new IncomingContent({ file, limit: MAX_OBJECT_BYTES, request });
  }

  begin(target: ObjectName, options: Pick<UploadSession, 'contentType' | 'total' | 'expected'>): UploadSession {
    this.#dropIdle();
    const session: UploadSession = {
      ...options,
      id: randomBytes(24).toString('base64url'),
      target,
      content: this.incoming(`upload of ${target.name}`),
      lastUsedMs: this.#options.clock.monotonicMs(),
      isBusy: false,
      result: undefined,
    };
    this.#sessions.set(session.id, session);
    return session;
  }

  /** @throws AppcfgError `api.not-found` */
  require(id: string): UploadSession {
    const session = this.#sessions.get(id);
    if (!session) throw failure('api.not-found', { what: 'upload', name: id.slice(0, 64) });
    session.lastUsedMs = this.#options.clock.monotonicMs();
    return session;
  }

  cancel(id: string): void {
    this.#sessions.get(id)?.content.discard();
    this.#sessions.delete(id);
  }

  close(): void {
    for (const id of [...this.#sessions.keys()]) this.cancel(id);
  }

  /** Those of clients that went away; the ones used longest ago when there are too many. */
  #dropIdle(): void {
    const now = this.#options.clock.monotonicMs();
    const byUse = [...this.#sessions.values()]
      .filter((session) => !session.isBusy)
      .sort((a, b) => a.lastUsedMs - b.lastUsedMs);
    const surplus = this.#sessions.size + 1 - MOST_SESSIONS;
    for (const [index, session] of byUse.entries()) {
      if (index < surplus || now - session.lastUsedMs > IDLE_MS) this.cancel(session.id);
    }
  }
}
