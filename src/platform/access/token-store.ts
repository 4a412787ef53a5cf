/** The platform's tokens: made, found by what a request carries, revoked. Only their hashes are kept. */
import { failure } from '../../errors.ts';
import type { Identity, NewToken, Role, TokenCreated, TokenSummary } from '../../model/access.ts';
import type { Clock } from '../../support/clock.ts';
import type { SqlRow, StateStore } from '../store/state-store.ts';
import { hashOf, isSameSecret, newTokenSecret, tokenId } from './token-secret.ts';

/** Writing down every use would be a transaction for every request. */
const USE_IS_NOTED_EVERY_MS = 60_000;

export interface FoundToken {
  readonly id: string;
  readonly identity: Identity;
}

export type TokenSearch = FoundToken | 'unknown' | 'expired' | 'revoked';

export class TokenStore {
  readonly #store: StateStore;
  readonly #clock: Clock;

  constructor(store: StateStore, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
  }

  /** @throws AppcfgError `token.exists` when a token of this name can still be used */
  create(wish: NewToken, createdBy: string): TokenCreated {
    const now = this.#clock.now();
    if (this.list().some(({ name, ...token }) => name === wish.name && isUsable(token, now)))
      throw failure('token.exists', { name: wish.name });
    const { id, token, hash } = newTokenSecret();
    const expiresAt = wish.expiresInSeconds === undefined ? null : now + wish.expiresInSeconds * 1000;
    this.#store.run(
      'INSERT INTO tokens (id, name, hash, role, applications, created_at, created_by, expires_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
      ...[id, wish.name, hash, wish.role, wish.applications ? JSON.stringify(wish.applications) : null],
      ...[now, createdBy, expiresAt],
    );
    return { ...this.#require(id), token };
  }

  /** In the order in which they were made. */
  list(): readonly TokenSummary[] {
    return this.#store.all('SELECT * FROM tokens ORDER BY created_at, id').map(summary);
  }

  /** By id or name, for good. @throws AppcfgError `token.not-found` */
  revoke(idOrName: string): TokenSummary {
    const now = this.#clock.now();
    const all = this.list();
    const found =
      all.find(({ id }) => id === idOrName) ??
      // Of several that had the name one after the other, the one that still lets somebody in.
      all.find((token) => token.name === idOrName && isUsable(token, now)) ??
      all.find(({ name }) => name === idOrName);
    if (!found) throw failure('token.not-found', { token: idOrName });
    this.#store.run('UPDATE tokens SET revoked_at = coalesce(revoked_at, ?) WHERE id = ?', now, found.id);
    return this.#require(found.id);
  }

  /** Whose token this is. An unknown one takes as long as a known one that differs. */
  find(token: string): TokenSearch {
    const id = tokenId(token);
    const row = id === undefined ? undefined : this.#store.get('SELECT * FROM tokens WHERE id = ?', id);
    if (!isSameSecret(token, row ? String(row.hash) : nobody) || !row) return 'unknown';
    const known = summary(row);
    if (known.revokedAt !== undefined) return 'revoked';
    if (!isUsable(known, this.#clock.now())) return 'expired';
    this.#noteUse(row);
    const { name, role, applications, expiresAt } = known;
    return {
      id: known.id,
      identity: {
        kind: 'token',
        name,
        role,
        ...(applications === undefined ? {} : { applications }),
        ...(expiresAt === undefined ? {} : { expiresAt }),
      },
    };
  }

  /** It has not been revoked and has not expired: what was begun with it may go on. */
  isUsable(id: string): boolean {
    const row = this.#store.get('SELECT * FROM tokens WHERE id = ?', id);
    return row !== undefined && isUsable(summary(row), this.#clock.now());
  }

  #noteUse({ id, last_used_at: last }: SqlRow): void {
    const now = this.#clock.now();
    if (last !== null && last !== undefined && now - Number(last) < USE_IS_NOTED_EVERY_MS) return;
    try {
      this.#store.run('UPDATE tokens SET last_used_at = ? WHERE id = ?', now, String(id));
    } catch {
      // A full disk keeps nobody out.
    }
  }

  #require(id: string): TokenSummary {
    const row = this.#store.get('SELECT * FROM tokens WHERE id = ?', id);
    if (!row) throw failure('token.not-found', { token: id });
    return summary(row);
  }
}

const nobody = hashOf('nobody');

function isUsable({ expiresAt, revokedAt }: Pick<TokenSummary, 'expiresAt' | 'revokedAt'>, now: number): boolean {
  return revokedAt === undefined && (expiresAt === undefined || Date.parse(expiresAt) > now);
}

function summary(row: SqlRow): TokenSummary {
  const time = <K extends string>(key: K, value: unknown) =>
    (value === null || value === undefined ? {} : { [key]: new Date(Number(value)).toISOString() }) as {
      readonly [P in K]?: string;
    };
  return {
    id: String(row.id),
    name: String(row.name),
    role: String(row.role) as Role,
    ...(typeof row.applications === 'string' ? { applications: JSON.parse(row.applications) as string[] } : {}),
    createdAt: new Date(Number(row.created_at)).toISOString(),
    createdBy: String(row.created_by),
    ...time('expiresAt', row.expires_at),
    ...time('revokedAt', row.revoked_at),
    ...time('lastUsedAt', row.last_used_at),
  };
}
