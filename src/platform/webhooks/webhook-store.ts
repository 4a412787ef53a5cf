/** The web-hooks of all applications; their secrets sealed, and opened only to sign. */
import { randomBytes } from 'node:crypto';
import { failure } from '../../errors.ts';
import { MAX_WEBHOOKS, type NewWebhook, type WebhookEvent } from '../../model/webhook.ts';
import type { Clock } from '../../support/clock.ts';
import type { ChangeAuthor } from '../change-author.ts';
import { seal, unseal } from '../secrets/seal.ts';
import type { SqlRow, StateStore } from '../store/state-store.ts';

export interface StoredWebhook {
  readonly id: string;
  readonly application: string;
  readonly url: string;
  readonly events: readonly WebhookEvent[];
  /** Milliseconds since the epoch, like the next one. */
  readonly createdAtMs: number;
  readonly createdBy: string;
  readonly disabledAtMs?: number;
}

export class WebhookStore {
  readonly #store: StateStore;
  readonly #key: () => string;
  readonly #clock: Clock;

  /** @param key made at its first use */
  constructor({
    store,
    key,
    clock,
  }: { readonly store: StateStore; readonly key: () => string; readonly clock: Clock }) {
    this.#store = store;
    this.#key = key;
    this.#clock = clock;
  }

  /**
   * Durable on return; the same request gets the same one again.
   * @throws AppcfgError `webhook.exists`, `webhook.too-many`
   */
  add(application: string, { url, events, secret }: NewWebhook, author: ChangeAuthor): StoredWebhook {
    return this.#store.transaction(() => {
      const repeated = this.#store.get('SELECT * FROM webhooks WHERE request_id = ?', author.requestId);
      if (repeated?.application === application) return toWebhook(repeated);
      const others = this.list(application);
      const same = others.find((other) => other.url === url);
      if (same) throw failure('webhook.exists', { application, webhook: same.id });
      if (others.length >= MAX_WEBHOOKS) throw failure('webhook.too-many', { application, most: MAX_WEBHOOKS });
      const id = `wh_${randomBytes(8).toString('hex')}`;
      this.#store.run(
        `INSERT INTO webhooks (id, application, url, events, sealed, request_id, created_at, created_by)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
        ...[id, application, url, JSON.stringify(events), seal(secret, this.#key(), placeOf(application, id))],
        ...[author.requestId, this.#clock.now(), author.createdBy],
      );
      return this.require(application, id);
    });
  }

  /** In the order in which they were added. */
  list(application: string): readonly StoredWebhook[] {
    return this.#store.all('SELECT * FROM webhooks WHERE application = ? ORDER BY number', application).map(toWebhook);
  }

  find(id: string): StoredWebhook | undefined {
    const row = this.#store.get('SELECT * FROM webhooks WHERE id = ?', id);
    return row && toWebhook(row);
  }

  /** @throws AppcfgError `webhook.not-found` */
  require(application: string, id: string): StoredWebhook {
    const known = this.list(application);
    const found = known.find((webhook) => webhook.id === id);
    if (found) return found;
    throw failure('webhook.not-found', { application, webhook: id, known: known.map((webhook) => webhook.id) });
  }

  /** With everything that it was sent or is to be. */
  remove(id: string): void {
    this.#store.transaction(() => {
      this.#store.run('DELETE FROM webhooks WHERE id = ?', id);
      this.#store.run('DELETE FROM webhook_deliveries WHERE webhook = ?', id);
    });
  }

  setDisabled(id: string, isDisabled: boolean): void {
    this.#store.run('UPDATE webhooks SET disabled_at = ? WHERE id = ?', isDisabled ? this.#clock.now() : null, id);
  }

  /** @throws AppcfgError `webhook.secret-unreadable` */
  secretOf({ id, application }: StoredWebhook): string {
    const row = this.#store.get('SELECT sealed FROM webhooks WHERE id = ?', id);
    try {
      return unseal(String(row?.sealed ?? ''), this.#key(), placeOf(application, id));
    } catch (error) {
      throw failure('webhook.secret-unreadable', { webhook: id }, { cause: error });
    }
  }
}

function placeOf(application: string, id: string): string {
  return JSON.stringify(['webhook', application, id]);
}

function toWebhook(row: SqlRow): StoredWebhook {
  const disabledAt = row.disabled_at ?? null;
  return {
    id: String(row.id),
    application: String(row.application),
    url: String(row.url),
    events: JSON.parse(String(row.events)) as WebhookEvent[],
    createdAtMs: Number(row.created_at),
    createdBy: String(row.created_by),
    ...(disabledAt === null ? {} : { disabledAtMs: Number(disabledAt) }),
  };
}
