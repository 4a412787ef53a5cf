/** What web-hooks are to be sent, and what became of it: one table is the durable queue and the log. */
import { failure } from '../../errors.ts';
import { KEPT_DELIVERIES, type WebhookDelivery } from '../../model/webhook.ts';
import type { SqlRow, SqlValue, StateStore } from '../store/state-store.ts';
import type { Attempt, Verdict } from './after-attempt.ts';

export interface NewDelivery {
  readonly id: string;
  readonly webhook: string;
  readonly application: string;
  readonly event: WebhookDelivery['event'];
  readonly body: string;
  /** Milliseconds since the epoch. */
  readonly createdAtMs: number;
}

export interface DueDelivery extends NewDelivery {
  /** So far. */
  readonly attempts: number;
}

/** No delivery waits longer: one that seems to was queued before somebody set the clock back. */
const LONGEST_WAIT_MS = 3_600_000;

export class DeliveryStore {
  readonly #store: StateStore;

  constructor(store: StateStore) {
    this.#store = store;
  }

  /** Within the caller's transaction or without. @param verdict of one that was tried before it was written down */
  add(delivery: NewDelivery, tried?: { readonly attempt: Attempt; readonly verdict: Verdict }): void {
    const { id, webhook, application, event, body, createdAtMs } = delivery;
    this.#store.run(
      `INSERT INTO webhook_deliveries (id, webhook, application, event, body, created_at, state, next_at)
       VALUES (?, ?, ?, ?, ?, ?, 'queued', ?)`,
      ...[id, webhook, application, event, body, createdAtMs, createdAtMs],
    );
    if (tried) this.record({ id, attempts: 0 }, tried.attempt, tried.verdict);
    this.#store.run(
      `DELETE FROM webhook_deliveries WHERE webhook = ? AND number NOT IN
         (SELECT number FROM webhook_deliveries WHERE webhook = ? ORDER BY number DESC LIMIT ${KEPT_DELIVERIES})`,
      ...[webhook, webhook],
    );
  }

  /** The longest waiting ones first. */
  due(nowMs: number): readonly DueDelivery[] {
    return this.#store
      .all(
        "SELECT * FROM webhook_deliveries WHERE state = 'queued' AND (next_at <= ? OR next_at > ?) ORDER BY next_at, number",
        ...[nowMs, nowMs + LONGEST_WAIT_MS],
      )
      .map(toDue);
  }

  /** When the next one falls due; undefined when none waits. */
  nextAtMs(nowMs: number): number | undefined {
    const row = this.#store.get(
      "SELECT MIN(next_at) AS next FROM webhook_deliveries WHERE state = 'queued' AND next_at > ?",
      nowMs,
    );
    const next = row?.next ?? null;
    return next === null ? undefined : Number(next);
  }

  /** What became of a try. Of a delivery that is gone meanwhile: nothing. */
  record({ id, attempts }: Pick<DueDelivery, 'id' | 'attempts'>, attempt: Attempt, verdict: Verdict): void {
    this.#store.run(
      `UPDATE webhook_deliveries SET state = ?, attempts = ?, next_at = ?, attempted_at = ?, duration_ms = ?, status = ?,
         failure = ?, response = ? WHERE id = ?`,
      ...[verdict.state, attempts + 1, verdict.state === 'queued' ? verdict.nextAtMs : null, attempt.attemptedAtMs],
      ...[
        Math.round(attempt.durationMs),
        attempt.status ?? null,
        attempt.failure ?? null,
        attempt.response ?? null,
        id,
      ],
    );
  }

  /** Nothing more is sent to this web-hook. */
  giveUp(webhook: string, why: string): void {
    this.#store.run(
      "UPDATE webhook_deliveries SET state = 'failed', next_at = NULL, failure = ? WHERE webhook = ? AND state = 'queued'",
      ...[why, webhook],
    );
  }

  /** From the beginning. */
  queueAgain(id: string, nowMs: number): void {
    this.#store.run(
      "UPDATE webhook_deliveries SET state = 'queued', attempts = 0, next_at = ? WHERE id = ?",
      ...[nowMs, id],
    );
  }

  /** @throws AppcfgError `webhook.delivery-not-found` */
  require(application: string, id: string): WebhookDelivery {
    const row = this.#store.get('SELECT * FROM webhook_deliveries WHERE id = ? AND application = ?', id, application);
    if (!row) throw failure('webhook.delivery-not-found', { application, delivery: id });
    return toDelivery(row);
  }

  /** The newest first. */
  list(application: string, webhook: string | undefined, limit: number): readonly WebhookDelivery[] {
    const [where, values]: readonly [string, readonly SqlValue[]] =
      webhook === undefined ? ['', [application]] : [' AND webhook = ?', [application, webhook]];
    return this.#store
      .all(
        `SELECT * FROM webhook_deliveries WHERE application = ?${where} ORDER BY number DESC LIMIT ?`,
        ...[...values, limit],
      )
      .map(toDelivery);
  }
}

function toDue(row: SqlRow): DueDelivery {
  return {
    id: String(row.id),
    webhook: String(row.webhook),
    application: String(row.application),
    event: String(row.event) as DueDelivery['event'],
    body: String(row.body),
    createdAtMs: Number(row.created_at),
    attempts: Number(row.attempts),
  };
}

function toDelivery(row: SqlRow): WebhookDelivery {
  const { next_at: next = null, attempted_at: attempted = null, duration_ms: duration = null } = row;
  const { status = null, failure: why = null, response = null } = row;
  return {
    id: String(row.id),
    webhook: String(row.webhook),
    event: String(row.event) as WebhookDelivery['event'],
    createdAt: time(row.created_at),
    state: String(row.state) as WebhookDelivery['state'],
    attempts: Number(row.attempts),
    ...(next === null ? {} : { nextAttemptAt: time(next) }),
    ...(attempted === null ? {} : { attemptedAt: time(attempted) }),
    ...(duration === null ? {} : { durationMs: Number(duration) }),
    ...(status === null ? {} : { status: Number(status) }),
    ...(why === null ? {} : { failure: String(why) }),
    ...(response === null ? {} : { response: String(response) }),
  };
}

function time(value: SqlValue | undefined): string {
  return new Date(Number(value)).toISOString();
}
