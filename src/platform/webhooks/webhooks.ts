/** Web-hooks of applications: who is to be told, the queue in the same transaction as what is told, and the tests. */
import { randomUUID } from 'node:crypto';
import { failure, messageOf } from '../../errors.ts';
import type { Operation } from '../../model/operation.ts';
import {
  type DeliveryQuery,
  KEPT_DELIVERIES,
  MAX_WEBHOOKS,
  type NewWebhook,
  originOnly,
  type WebhookDelivery,
  type WebhookEvent,
  type WebhookSummary,
  webhookEventOf,
  webhookSecretProblem,
  webhookUrlProblem,
} from '../../model/webhook.ts';
import type { PingPayload } from '../../model/webhook-payload.ts';
import type { Clock } from '../../support/clock.ts';
import type { ChangeAuthor } from '../change-author.ts';
import type { DesiredState } from '../desired-state.ts';
import { emptyLiveState } from '../live-state.ts';
import type { AddressRules } from './address-rules.ts';
import type { Deliverer } from './deliverer.ts';
import type { DeliveryStore } from './delivery-store.ts';
import { releasePayload } from './payload.ts';
import type { Send } from './sender.ts';
import type { StoredWebhook, WebhookStore } from './webhook-store.ts';

export interface WebhooksParts {
  readonly desired: DesiredState;
  readonly clock: Clock;
  readonly store: WebhookStore;
  readonly deliveries: DeliveryStore;
  readonly rules: AddressRules;
  readonly send: Send;
  readonly deliverer: Deliverer;
  readonly defaultHostname: (application: string) => string;
}

const USUAL_LIMIT = 20;

export class Webhooks {
  readonly #parts: WebhooksParts;
  readonly #closing = new AbortController();
  /** Web-hook -> the test that is running. */
  readonly #tests = new Map<string, Promise<WebhookDelivery>>();

  constructor(parts: WebhooksParts) {
    this.#parts = parts;
  }

  /** Goes on with what a former run of the platform queued. */
  start(): void {
    this.#parts.deliverer.wake();
  }

  /** Queues what is to be told, within the transaction that ends the operation. It never keeps one from ending. */
  operationEnded(operation: Operation, request: string): void {
    try {
      const event = webhookEventOf(operation);
      if (event !== undefined) this.#queue(event, operation, request);
    } catch (error) {
      process.emitWarning(`The web-hooks of ${operation.application} were not told: ${messageOf(error)}`);
    }
  }

  /** @throws AppcfgError `webhook.bad-url`, `webhook.refused-address`, `webhook.bad-secret`, `webhook.exists`, `webhook.too-many` */
  add(application: string, wish: NewWebhook, author: ChangeAuthor): WebhookSummary {
    const problem = webhookUrlProblem(wish.url);
    if (problem !== undefined) throw failure('webhook.bad-url', { url: originOnly(wish.url), problem });
    const url = new URL(wish.url);
    const reason = this.#parts.rules.earlyProblemOf({ application, url });
    if (reason !== undefined) throw failure('webhook.refused-address', { url: url.origin, reason });
    const secretProblem = webhookSecretProblem(wish.secret);
    if (secretProblem !== undefined) throw failure('webhook.bad-secret', { problem: secretProblem });
    return this.#summary(this.#parts.store.add(application, { ...wish, url: url.href }, author));
  }

  list(application: string): readonly WebhookSummary[] {
    return this.#parts.store.list(application).map((webhook) => this.#summary(webhook));
  }

  /** @throws AppcfgError `webhook.not-found` */
  remove(application: string, id: string): WebhookSummary {
    const { store } = this.#parts;
    const summary = this.#summary(store.require(application, id));
    store.remove(id);
    return summary;
  }

  /** Success enables a disabled one. @throws AppcfgError `webhook.not-found`, `webhook.busy`, `platform.closing` */
  async test(application: string, id: string, by: string): Promise<WebhookDelivery> {
    const webhook = this.#parts.store.require(application, id);
    if (this.#tests.has(id)) throw failure('webhook.busy', { webhook: id });
    const running = this.#ping(webhook, by);
    this.#tests.set(id, running);
    try {
      return await running;
    } finally {
      this.#tests.delete(id);
    }
  }

  /** The newest first. @throws AppcfgError `webhook.not-found` */
  deliveriesOf(application: string, { webhook, limit = USUAL_LIMIT }: DeliveryQuery): readonly WebhookDelivery[] {
    if (webhook !== undefined) this.#parts.store.require(application, webhook);
    const most = Math.min(MAX_WEBHOOKS * KEPT_DELIVERIES, Math.max(1, limit));
    return this.#parts.deliveries.list(application, webhook, most);
  }

  /** @throws AppcfgError `webhook.delivery-not-found`, `webhook.disabled` */
  redeliver(application: string, id: string): WebhookDelivery {
    const { deliveries, store, clock, deliverer } = this.#parts;
    const { webhook } = deliveries.require(application, id);
    if (store.require(application, webhook).disabledAtMs !== undefined) throw failure('webhook.disabled', { webhook });
    deliveries.queueAgain(id, clock.now());
    const queued = deliveries.require(application, id);
    deliverer.wake();
    return queued;
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await Promise.allSettled([this.#parts.deliverer.close(), ...this.#tests.values()]);
  }

  #queue(event: WebhookEvent, operation: Operation, request: string): void {
    const { store, desired, deliveries, clock, deliverer, defaultHostname } = this.#parts;
    const { application } = operation;
    const told = store
      .list(application)
      .filter(({ events, disabledAtMs }) => disabledAtMs === undefined && events.includes(event));
    if (told.length === 0) return;
    const payload = releasePayload(event, {
      operation,
      request: JSON.parse(request) as unknown,
      live: desired.application(application)?.live ?? emptyLiveState,
      release: desired.releases(application).find(({ isCurrent }) => isCurrent),
      defaultHostname: defaultHostname(application),
    });
    for (const { id: webhook } of told) {
      const id = randomUUID();
      const body = JSON.stringify({ id, ...payload });
      deliveries.add({ id, webhook, application, event, body, createdAtMs: clock.now() });
    }
    // Once the transaction is through.
    clock.after(0, () => deliverer.wake(), { isBackground: true });
  }

  async #ping(webhook: StoredWebhook, by: string): Promise<WebhookDelivery> {
    const { clock, send, deliveries, store } = this.#parts;
    const { id: hookId, application, events } = webhook;
    const id = randomUUID();
    const createdAtMs = clock.now();
    const payload: PingPayload = {
      ...{ id, event: 'ping', application, by },
      time: new Date(createdAtMs).toISOString(),
      webhook: { id: hookId, events },
    };
    const delivery = {
      id,
      webhook: hookId,
      application,
      event: 'ping',
      body: JSON.stringify(payload),
      createdAtMs,
    } as const;
    const attempt = await send(webhook, delivery, this.#closing.signal);
    const isDelivered = attempt.failure === undefined;
    // Removed while it was under way: nothing is kept of it.
    store.require(application, hookId);
    deliveries.add(delivery, {
      attempt,
      verdict: isDelivered ? { state: 'delivered' } : { state: 'failed', isGone: false },
    });
    if (isDelivered && webhook.disabledAtMs !== undefined) store.setDisabled(hookId, false);
    return deliveries.require(application, id);
  }

  #summary({ id, url, events, createdAtMs, createdBy, disabledAtMs, application }: StoredWebhook): WebhookSummary {
    const [lastDelivery] = this.#parts.deliveries.list(application, id, 1);
    return {
      id,
      url,
      events,
      createdAt: new Date(createdAtMs).toISOString(),
      createdBy,
      ...(disabledAtMs === undefined ? {} : { disabledAt: new Date(disabledAtMs).toISOString() }),
      ...(lastDelivery === undefined ? {} : { lastDelivery }),
    };
  }
}
