/** What the parts of the router share: options, the current table, connections to instances, counters. */
import type { Clock } from '../../support/clock.ts';
import type { AddressTest } from '../address-range.ts';
import type { ApiTickets } from '../apis/api-tickets.ts';
import type { LogSink } from '../logs/log-store.ts';
import type { CompiledTable } from './compiled-table.ts';
import type { Page } from './error-pages.ts';
import type { LoginSigner } from './login-cookie.ts';
import type { Randomness } from './randomness.ts';
import type { RequestMeter } from './request-meter.ts';
import type { Upstreams } from './upstreams.ts';

export interface RouterStatistics {
  /** Requests whose head was read, from outside and inside. */
  readonly requests: number;
  readonly requestsInFlight: number;
  readonly webSocketsOpen: number;
  /** Requests that were routed again because the table changed while they waited. */
  readonly reroutes: number;
  /** Second tries: an idle connection was dead, or an instance refused the connection. */
  readonly retries: number;
  /** Responses by the first digit of their status, `2xx` ... */
  readonly responses: Readonly<Record<string, number>>;
}

export type Counters = { -readonly [K in keyof Omit<RouterStatistics, 'responses'>]: RouterStatistics[K] } & {
  readonly responses: Record<string, number>;
};

export interface RouterCore {
  readonly clock: Clock;
  readonly logs: LogSink;
  readonly randomness: Randomness;
  readonly signer: LoginSigner;
  readonly upstreams: Upstreams;
  readonly counters: Counters;
  readonly operatorPages: ReadonlyMap<number, Page>;
  readonly tickets: ApiTickets | undefined;
  readonly meter: RequestMeter | undefined;
  readonly maxWebSocketMs: number;
  readonly maxHeaders: number;
  /** Whether this peer's X-Forwarded-For and -Proto are believed. */
  readonly isTrustedProxy: AddressTest;
  readonly showRelease: boolean;
  /** Replaced whole by a swap; read once for each decision. */
  table: CompiledTable;
}
