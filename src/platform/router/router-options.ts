/** What a router is made from. */
import type { Clock } from '../../support/clock.ts';
import type { AddressTest } from '../address-range.ts';
import type { ApiTickets } from '../apis/api-tickets.ts';
import type { LogSink } from '../logs/log-store.ts';
import type { Randomness } from './randomness.ts';
import type { RequestMeter } from './request-meter.ts';

export interface ListenerLimits {
  /** Milliseconds a client may take to send the head of a request. */
  readonly headersTimeoutMs: number;
  /** Milliseconds a client may take to send a whole request. */
  readonly requestTimeoutMs: number;
  /** Milliseconds an idle connection is kept. */
  readonly keepAliveTimeoutMs: number;
  /** Bytes of request line and headers. */
  readonly maxHeaderBytes: number;
  readonly maxHeaders: number;
  /** Milliseconds between looks for clients that are too slow. */
  readonly checkIntervalMs: number;
}

export interface RouterOptions {
  readonly clock: Clock;
  readonly logs: LogSink;
  readonly randomness?: Randomness;
  /** Milliseconds a WebSocket may last; one hour by default (App Engine's limit). */
  readonly maxWebSocketMs?: number;
  /** Proxies that set X-Forwarded-For and -Proto themselves: what they say is believed, and nobody else. */
  readonly isTrustedProxy?: AddressTest;
  /** Adds the live release's id to every response as `X-Appcfg-Release`. */
  readonly showRelease?: boolean;
  /** Holds `404.html`, `503.html` ... for the router's own answers. */
  readonly errorPagesDirectory?: string;
  /** Signs the cookie of the local login page. */
  readonly internalSecret: string;
  readonly tickets?: ApiTickets;
  readonly meter?: RequestMeter;
  readonly limits?: Partial<ListenerLimits>;
}
