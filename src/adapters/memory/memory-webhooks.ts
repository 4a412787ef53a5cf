/** Web-hooks of the memory backend: kept and logged like anywhere, and answered by a function instead of a network. */
import type { WebhooksRole } from '../../backend/operator-roles.ts';
import { failure } from '../../errors.ts';
import type { Operation } from '../../model/operation.ts';
import {
  KEPT_DELIVERIES,
  MAX_WEBHOOKS,
  type NewWebhook,
  originOnly,
  type WebhookDelivery,
  type WebhookSummary,
  webhookEventOf,
  webhookSecretProblem,
  webhookUrlProblem,
} from '../../model/webhook.ts';
import type { MemoryStore } from './memory-store.ts';

/** Answers the HTTP status of a receiver. */
export type MemoryReceiver = (url: string, event: WebhookDelivery['event']) => number;

export interface MemoryWebhooksOptions {
  readonly store: MemoryStore;
  readonly createdBy: string;
  readonly receiver?: MemoryReceiver | undefined;
}

interface Entry {
  readonly application: string;
  readonly summary: Omit<WebhookSummary, 'lastDelivery'>;
  /** The newest first. */
  deliveries: readonly WebhookDelivery[];
}

export class MemoryWebhooks {
  readonly #store: MemoryStore;
  readonly #createdBy: string;
  readonly #receiver: MemoryReceiver;
  readonly #entries = new Map<string, Entry>();
  #added = 0;
  #delivered = 0;

  constructor({ store, createdBy, receiver = () => 204 }: MemoryWebhooksOptions) {
    this.#store = store;
    this.#createdBy = createdBy;
    this.#receiver = receiver;
  }

  readonly role: WebhooksRole = {
    list: async (application) => this.#of(application).map(summaryOf),
    add: async (application, wish) => this.#add(application, wish),
    remove: async (application, id) => {
      const entry = this.#require(application, id);
      this.#entries.delete(id);
      return summaryOf(entry);
    },
    test: async (application, id) => this.#deliver(this.#require(application, id), 'ping'),
    deliveries: async (application, { webhook, limit = 20 }) => {
      const entries = webhook === undefined ? this.#of(application) : [this.#require(application, webhook)];
      const all = entries.flatMap(({ deliveries }) => deliveries);
      return all.sort((a, b) => Number(b.id.slice(2)) - Number(a.id.slice(2))).slice(0, limit);
    },
    redeliver: async (application, id) => {
      const entry = this.#of(application).find(({ deliveries }) => deliveries.some((one) => one.id === id));
      const found = entry?.deliveries.find((one) => one.id === id);
      if (!entry || !found) throw failure('webhook.delivery-not-found', { application, delivery: id });
      const again = this.#tried({ ...found, attempts: 0 }, entry.summary.url);
      entry.deliveries = entry.deliveries.map((one) => (one.id === id ? again : one));
      return { ...found, state: 'queued', attempts: 0 };
    },
  };

  operationEnded(operation: Operation): void {
    const event = webhookEventOf(operation);
    if (event === undefined) return;
    for (const entry of this.#entries.values()) {
      if (entry.application === operation.application && entry.summary.events.includes(event)) {
        this.#deliver(entry, event);
      }
    }
  }

  #add(application: string, { url, events, secret }: NewWebhook): WebhookSummary {
    const known = this.#of(application);
    const problem = webhookUrlProblem(url);
    if (problem !== undefined) throw failure('webhook.bad-url', { url: originOnly(url), problem });
    const secretProblem = webhookSecretProblem(secret);
    if (secretProblem !== undefined) throw failure('webhook.bad-secret', { problem: secretProblem });
    const { href } = new URL(url);
    const same = known.find(({ summary }) => summary.url === href);
    if (same) throw failure('webhook.exists', { application, webhook: same.summary.id });
    if (known.length >= MAX_WEBHOOKS) throw failure('webhook.too-many', { application, most: MAX_WEBHOOKS });
    this.#added += 1;
    const id = `wh_${this.#added}`;
    const summary = { id, url: href, events, createdAt: this.#store.timestamp(), createdBy: this.#createdBy };
    this.#entries.set(id, { application, summary, deliveries: [] });
    return summary;
  }

  #deliver(entry: Entry, event: WebhookDelivery['event']): WebhookDelivery {
    this.#delivered += 1;
    const { id: webhook, url } = entry.summary;
    const createdAt = this.#store.timestamp();
    const fresh = { id: `d_${this.#delivered}`, webhook, event, createdAt, state: 'queued', attempts: 0 } as const;
    const delivery = this.#tried(fresh, url);
    entry.deliveries = [delivery, ...entry.deliveries].slice(0, KEPT_DELIVERIES);
    return delivery;
  }

  #tried({ failure: _, ...delivery }: WebhookDelivery, url: string): WebhookDelivery {
    const status = this.#receiver(url, delivery.event);
    const isTaken = status >= 200 && status < 300;
    return {
      ...delivery,
      state: isTaken ? 'delivered' : 'failed',
      attempts: delivery.attempts + 1,
      attemptedAt: this.#store.timestamp(),
      durationMs: 0,
      status,
      ...(isTaken ? {} : { failure: 'the receiver refused it' }),
    };
  }

  /** @throws AppcfgError `application.not-found` */
  #of(application: string): readonly Entry[] {
    this.#store.require(application);
    return [...this.#entries.values()].filter((entry) => entry.application === application);
  }

  #require(application: string, id: string): Entry {
    const known = this.#of(application);
    const found = known.find(({ summary }) => summary.id === id);
    if (found) return found;
    throw failure('webhook.not-found', { application, webhook: id, known: known.map(({ summary }) => summary.id) });
  }
}

function summaryOf({ summary, deliveries: [lastDelivery] }: Entry): WebhookSummary {
  return { ...summary, ...(lastDelivery === undefined ? {} : { lastDelivery }) };
}
