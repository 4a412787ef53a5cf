/** Works through the queue of deliveries: a few at a time, none of a dead receiver in the way of others for long. */
import type { Clock } from '../../support/clock.ts';
import { verdictOn } from './after-attempt.ts';
import type { DeliveryStore, DueDelivery } from './delivery-store.ts';
import type { Send } from './sender.ts';
import type { WebhookStore } from './webhook-store.ts';

export interface DelivererParts {
  readonly clock: Clock;
  readonly deliveries: DeliveryStore;
  readonly webhooks: WebhookStore;
  readonly send: Send;
}

const MOST_AT_ONCE = 8;
const MOST_OF_ONE_APPLICATION = 2;
/** The clock may have been set: the queue is looked through at least this often while something waits. */
const LOOK_AGAIN_MS = 60_000;

export class Deliverer {
  readonly #parts: DelivererParts;
  readonly #closing = new AbortController();
  /** Web-hook -> the try that is running: one at a time. */
  readonly #running = new Map<string, { readonly application: string; readonly ended: Promise<void> }>();
  #cancelTimer = () => {};

  constructor(parts: DelivererParts) {
    this.#parts = parts;
  }

  /** Looks what is due: at the start, when something was queued, when a try has ended. */
  wake(): void {
    if (this.#closing.signal.aborted) return;
    this.#cancelTimer();
    const now = this.#parts.clock.now();
    try {
      for (const delivery of this.#parts.deliveries.due(now)) {
        if (this.#running.size >= MOST_AT_ONCE) return;
        if (this.#mayRun(delivery)) this.#begin(delivery);
      }
      const next = this.#parts.deliveries.nextAtMs(now);
      if (next !== undefined) this.#lookAgainIn(next - now);
    } catch {
      // The disk does not answer just now.
      this.#lookAgainIn(LOOK_AGAIN_MS);
    }
  }

  /** Ends what runs; it stays in the queue. */
  async close(): Promise<void> {
    this.#closing.abort();
    this.#cancelTimer();
    await Promise.all([...this.#running.values()].map(({ ended }) => ended));
  }

  #mayRun({ webhook, application }: DueDelivery): boolean {
    if (this.#running.has(webhook)) return false;
    const ofApplication = [...this.#running.values()].filter((running) => running.application === application);
    return ofApplication.length < MOST_OF_ONE_APPLICATION;
  }

  #begin(delivery: DueDelivery): void {
    const { webhook, application } = delivery;
    const ended = this.#attempt(delivery)
      // Not written down: sent again when the disk may have room, and not at once.
      .catch(() => this.#pause())
      .then(() => {
        this.#running.delete(webhook);
        this.wake();
      });
    this.#running.set(webhook, { application, ended });
  }

  async #attempt(delivery: DueDelivery): Promise<void> {
    const { deliveries, webhooks, send, clock } = this.#parts;
    const webhook = webhooks.find(delivery.webhook);
    if (!webhook) return;
    const attempt = await send(webhook, delivery, this.#closing.signal);
    const verdict = verdictOn(attempt, delivery.attempts + 1, clock.now());
    deliveries.record(delivery, attempt, verdict);
    if (verdict.state !== 'failed' || !verdict.isGone) return;
    webhooks.setDisabled(webhook.id, true);
    deliveries.giveUp(webhook.id, 'the web-hook was disabled');
  }

  async #pause(): Promise<void> {
    await this.#parts.clock.sleep(LOOK_AGAIN_MS, this.#closing.signal).catch(() => {});
  }

  #lookAgainIn(ms: number): void {
    const wait = Math.min(LOOK_AGAIN_MS, Math.max(0, ms));
    this.#cancelTimer = this.#parts.clock.after(wait, () => this.wake(), { isBackground: true });
  }
}
