/** The record of who changed what: added to, never changed, and forgotten only by age. */
import type { AuditEntry, AuditQuery } from '../../model/access.ts';
import type { Operation } from '../../model/operation.ts';
import type { Clock } from '../../support/clock.ts';
import type { SqlRow, SqlValue, StateStore } from '../store/state-store.ts';

export const AUDIT_DAYS = 400;
const DAY_MS = 86_400_000;
const MOST_LISTED = 10_000;
/** The same refusal is written down once in this time. */
const REFUSAL_MS = 60_000;

type Optional = 'address' | 'application' | 'target' | 'error' | 'operation';
export type NewAuditEntry = Pick<AuditEntry, 'actor' | 'action' | 'result' | Optional>;

export class AuditLog {
  readonly #store: StateStore;
  readonly #clock: Clock;
  readonly #keptMs: number;
  /** What was refused lately, and when: somebody who tries again and again must not fill the log. */
  readonly #refusals = new Map<string, number>();
  #cancelPruning: (() => void) | undefined;

  constructor(store: StateStore, clock: Clock, days: number = AUDIT_DAYS) {
    this.#store = store;
    this.#clock = clock;
    this.#keptMs = Math.max(1, days) * DAY_MS;
  }

  /** Forgets now and every day what is too old. */
  start(): void {
    this.#prune();
    this.#cancelPruning = this.#clock.after(DAY_MS, () => this.start(), { isBackground: true });
  }

  close(): void {
    this.#cancelPruning?.();
  }

  /** Durable on return. */
  record(entry: NewAuditEntry): void {
    if (entry.result === 'refused' && this.#isRepeated(entry)) return;
    const { actor, address, action, application, target, result, error, operation } = entry;
    const orNull = (value: string | undefined): SqlValue => value?.slice(0, 512) ?? null;
    this.#store.run(
      'INSERT INTO audit (time, actor, address, action, application, target, result, error, operation) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)',
      ...[this.#clock.now(), actor, orNull(address), action, orNull(application), orNull(target)],
      ...[result, orNull(error), orNull(operation)],
    );
  }

  /** How an operation ended, whoever began it. A full disk keeps no operation from ending. */
  recordEnd({ kind, application, createdBy, target, state, error, id }: Operation): void {
    const named = [target?.module, target?.version].filter((part) => part !== undefined).join('/');
    try {
      this.record({
        actor: createdBy,
        action: kind,
        application,
        ...(named === '' ? {} : { target: named }),
        result: state === 'failed' ? 'failed' : 'done',
        ...(error === undefined ? {} : { error: error.code }),
        operation: id,
      });
    } catch {
      // The operation's own record has the same facts.
    }
  }

  /** The newest first. */
  list({ application, actor, sinceMs, limit = 100 }: AuditQuery): readonly AuditEntry[] {
    const filters: readonly (readonly [string, SqlValue | undefined])[] = [
      ['application = ?', application],
      ['actor = ?', actor],
      ['time >= ?', sinceMs],
    ];
    const used = filters.filter(([, value]) => value !== undefined);
    const where = used.length === 0 ? '' : `WHERE ${used.map(([condition]) => condition).join(' AND ')}`;
    const values = used.map(([, value]) => value ?? null);
    const most = Math.min(MOST_LISTED, Math.max(1, limit));
    return this.#store.all(`SELECT * FROM audit ${where} ORDER BY id DESC LIMIT ?`, ...values, most).map(entryOf);
  }

  #isRepeated({ actor, address, action, application }: NewAuditEntry): boolean {
    const key = JSON.stringify([actor, address, action, application]);
    const now = this.#clock.monotonicMs();
    for (const [known, atMs] of this.#refusals) if (now - atMs >= REFUSAL_MS) this.#refusals.delete(known);
    if (this.#refusals.has(key)) return true;
    this.#refusals.set(key, now);
    return false;
  }

  #prune(): void {
    try {
      this.#store.run('DELETE FROM audit WHERE time < ?', this.#clock.now() - this.#keptMs);
    } catch {
      // The clock was set back, or the disk is full: tomorrow is another day.
    }
  }
}

function entryOf(row: SqlRow): AuditEntry {
  const text = (key: Optional) =>
    (row[key] === null || row[key] === undefined ? {} : { [key]: String(row[key]) }) as Partial<
      Record<Optional, string>
    >;
  return {
    id: Number(row.id),
    time: new Date(Number(row.time)).toISOString(),
    actor: String(row.actor),
    action: String(row.action),
    result: String(row.result) as AuditEntry['result'],
    ...text('address'),
    ...text('application'),
    ...text('target'),
    ...text('error'),
    ...text('operation'),
  };
}
