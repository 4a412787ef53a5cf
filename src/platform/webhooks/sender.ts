/** One try of a delivery: signed, bounded in time, and never an exception but at the platform's end. */
import { failure, isAppcfgError, messageOf } from '../../errors.ts';
import type { Clock } from '../../support/clock.ts';
import type { AddressRules } from './address-rules.ts';
import { type Attempt, statusFailure } from './after-attempt.ts';
import type { NewDelivery } from './delivery-store.ts';
import { type Post, post } from './post.ts';
import { deliveryHeaders } from './signature.ts';
import type { StoredWebhook, WebhookStore } from './webhook-store.ts';

export interface SenderParts {
  readonly clock: Clock;
  readonly rules: AddressRules;
  readonly webhooks: Pick<WebhookStore, 'secretOf'>;
  readonly resolve: Post['resolve'];
}

/** The answer has to begin within this time. */
const TRY_MS = 10_000;

/** @throws the reason of `closing` when that ended it */
export type Send = (webhook: StoredWebhook, delivery: NewDelivery, closing: AbortSignal) => Promise<Attempt>;

export function createSender({ clock, rules, webhooks, resolve }: SenderParts): Send {
  return async (webhook, { id, event, body }, closing) => {
    const attemptedAtMs = clock.now();
    const begun = clock.monotonicMs();
    const late = new AbortController();
    const cancel = clock.after(TRY_MS, () => late.abort(), { isBackground: true });
    const times = () => ({ attemptedAtMs, durationMs: clock.monotonicMs() - begun });
    try {
      const { application } = webhook;
      const url = new URL(webhook.url);
      const secret = webhooks.secretOf(webhook);
      const { status, response } = await post({
        url,
        headers: deliveryHeaders({ id, event, body, secret, nowMs: attemptedAtMs }),
        body,
        resolve,
        signal: AbortSignal.any([late.signal, closing]),
        problemOf: (address) => rules.problemOf({ application, url }, address),
      });
      const why = statusFailure(status);
      return { ...times(), status, response, ...(why === undefined ? {} : { failure: why }) };
    } catch (error) {
      if (closing.aborted) throw failure('platform.closing', {});
      const why = late.signal.aborted ? `no answer within ${TRY_MS / 1000} s` : reasonOf(error);
      return { ...times(), failure: why };
    } finally {
      cancel();
    }
  };
}

function reasonOf(error: unknown): string {
  if (isAppcfgError(error)) return String(error.details.reason ?? error.message);
  // Of several addresses that were tried, the last one's.
  if (error instanceof AggregateError) return reasonOf(error.errors.at(-1));
  return messageOf(error);
}
