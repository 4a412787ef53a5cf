/** Web-hooks of an application: addresses that are told of its releases. */
import type { Operation } from './operation.ts';

/** What can be told; `ping` is sent on request only. */
export const webhookEvents = ['release.live', 'release.failed', 'release.rolled-back', 'traffic.changed'] as const;
export type WebhookEvent = (typeof webhookEvents)[number];

export interface NewWebhook {
  readonly url: string;
  readonly events: readonly WebhookEvent[];
  /** Key of the signatures; it goes in and never comes out. */
  readonly secret: string;
}

export interface WebhookSummary {
  readonly id: string;
  /** For those who may only look, without its path: that may be a secret of the receiver. */
  readonly url: string;
  readonly events: readonly WebhookEvent[];
  /** RFC 3339, UTC, like the other times. */
  readonly createdAt: string;
  readonly createdBy: string;
  /** Nothing is sent any more, because the receiver answered 410. */
  readonly disabledAt?: string;
  readonly lastDelivery?: WebhookDelivery;
}

export interface WebhookDelivery {
  readonly id: string;
  /** Id of the web-hook. */
  readonly webhook: string;
  readonly event: WebhookEvent | 'ping';
  readonly createdAt: string;
  /** queued: it is tried, again and again; failed: it was given up. */
  readonly state: 'queued' | 'delivered' | 'failed';
  readonly attempts: number;
  readonly nextAttemptAt?: string;
  /** Of the last try, like the ones below. */
  readonly attemptedAt?: string;
  readonly durationMs?: number;
  /** HTTP status; absent when there was no answer. */
  readonly status?: number;
  /** Why there was none, or why it counts as a failure. */
  readonly failure?: string;
  /** The beginning of the answer's body. */
  readonly response?: string;
}

export interface DeliveryQuery {
  /** Of this web-hook only. */
  readonly webhook?: string | undefined;
  /** The newest ones; 20 by default. */
  readonly limit?: number | undefined;
}

export const MAX_WEBHOOKS = 20;
/** Of the deliveries of a web-hook so many are kept, the newest. */
export const KEPT_DELIVERIES = 50;
const MAX_URL_LENGTH = 2048;
const SECRET_LENGTHS = { least: 16, most: 256 } as const;

/** What an operation that ended is told as; undefined for one that is not told. */
export function webhookEventOf({ kind, state, release }: Operation): WebhookEvent | undefined {
  if (kind === 'release' || kind === 'rollback' || kind === 'secrets') {
    if (state === 'failed') return 'release.failed';
    if (kind === 'rollback') return 'release.rolled-back';
    return release === undefined ? undefined : 'release.live';
  }
  return kind === 'traffic' && state === 'done' ? 'traffic.changed' : undefined;
}

/** The end of "a web-hook can't go to ...": what is wrong with an address, wherever it is; undefined for a good one. */
export function webhookUrlProblem(text: string): string | undefined {
  if (text.length > MAX_URL_LENGTH) return `it is longer than ${MAX_URL_LENGTH} characters`;
  if (!URL.canParse(text)) return 'it is not a URL';
  const { protocol, username, password, hash, port } = new URL(text);
  if (protocol !== 'http:' && protocol !== 'https:') return 'it is neither https nor http';
  if (username !== '' || password !== '') return 'it holds a user or a password, which others would see';
  if (hash !== '') return 'what is behind a # is never sent';
  if (port !== '' && !isAllowedPort(Number(port))) return `port ${port} is none of 80-90, 440-450 and 1024-65535`;
  return undefined;
}

/** An address as it may be repeated in messages: without a password, a path or a query. */
export function originOnly(text: string): string {
  return URL.canParse(text) ? new URL(text).origin : 'this address';
}

export function webhookSecretProblem(secret: string): string | undefined {
  const { least, most } = SECRET_LENGTHS;
  if (secret.length < least || secret.length > most) return `has ${secret.length} characters, not ${least} to ${most}`;
  return /^[\x21-\x7e]+$/.test(secret) ? undefined : 'has other characters than letters, digits and signs of ASCII';
}

/** Ports that App Engine's own fetches have: no mail, no other protocol behind them. */
function isAllowedPort(port: number): boolean {
  return (port >= 80 && port <= 90) || (port >= 440 && port <= 450) || port >= 1024;
}
