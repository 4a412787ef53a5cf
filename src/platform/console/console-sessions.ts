/** Who is signed in to the console: one-time codes, and the sessions that they open. Nothing of it survives a restart. */
import { createHash, randomBytes } from 'node:crypto';
import { failure } from '../../errors.ts';
import type { Identity } from '../../model/access.ts';
import type { Clock } from '../../support/clock.ts';

export interface ConsoleCode {
  readonly code: string;
  readonly expiresInMs: number;
}

export interface ConsoleSession {
  /** Sent as `Authorization: Bearer`. */
  readonly token: string;
  /** Recorded as the author of changes. */
  readonly user: string;
  readonly expiresInMs: number;
}

/** Who signed in, and with which token; without one the user of the platform's own machine. */
export interface Holder {
  readonly identity: Identity;
  readonly tokenId?: string;
}

interface Entry {
  readonly holder: Holder;
  readonly endsAtMs: number;
}

/** A page that asks with a session of before a restart is no guesser of tokens. */
export const SESSION_PREFIX = 'session_';

/** Long enough to open a browser, too short to be found in a shell's history. */
const CODE_MS = 2 * 60_000;
const SESSION_MS = 12 * 60 * 60_000;
/** The oldest make room: whoever may ask for codes may ask for many. */
const MOST = 100;

export class ConsoleSessions {
  readonly #clock: Clock;
  /** By digest: what is compared by a map is not what was sent, so that time tells nothing. */
  readonly #codes = new Map<string, Entry>();
  readonly #sessions = new Map<string, Entry>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  newCode(holder: Holder): ConsoleCode {
    return { code: this.#add(this.#codes, holder, CODE_MS), expiresInMs: CODE_MS };
  }

  /** @throws AppcfgError `console.code-refused`; a code is good for one session */
  open(code: string): ConsoleSession {
    const known = this.#find(this.#codes, code);
    if (!known) throw failure('console.code-refused', {});
    this.#codes.delete(digest(code));
    return this.begin(known.holder);
  }

  begin(holder: Holder): ConsoleSession {
    const identity: Identity = { ...holder.identity, kind: 'session' };
    const token = SESSION_PREFIX + this.#add(this.#sessions, { ...holder, identity }, SESSION_MS);
    return { token, user: identity.name, expiresInMs: SESSION_MS };
  }

  find(token: string): Holder | undefined {
    return this.#find(this.#sessions, secretOf(token))?.holder;
  }

  end(token: string): void {
    this.#sessions.delete(digest(secretOf(token)));
  }

  #add(entries: Map<string, Entry>, holder: Holder, lastsMs: number): string {
    const secret = randomBytes(24).toString('base64url');
    const [oldest] = entries.keys();
    if (oldest !== undefined && entries.size >= MOST) entries.delete(oldest);
    entries.set(digest(secret), { holder, endsAtMs: this.#clock.monotonicMs() + lastsMs });
    return secret;
  }

  #find(entries: Map<string, Entry>, secret: string): Entry | undefined {
    const key = digest(secret);
    const found = entries.get(key);
    if (found && found.endsAtMs > this.#clock.monotonicMs()) return found;
    entries.delete(key);
    return undefined;
  }
}

function secretOf(token: string): string {
  return token.startsWith(SESSION_PREFIX) ? token.slice(SESSION_PREFIX.length) : '';
}

function digest(secret: string): string {
  return createHash('sha256').update(secret).digest('base64');
}
