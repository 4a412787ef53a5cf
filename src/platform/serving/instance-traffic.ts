/** The requests of one instance: counted in flight from the claim to the release, with their statistics. */
import { setMaxListeners } from 'node:events';
import type { Clock } from '../../support/clock.ts';
import type { Claim, RequestOutcome } from './version-pool.ts';

export interface TrafficListener {
  /** After a request ended. */
  onRelease(outcome: RequestOutcome): void;
  /** A request became a connection that lasts. */
  onLasting(): void;
  /** A request found it idle. */
  readonly onBusy?: (() => void) | undefined;
}

/** Why an instance ends whose code goes on after its deadline (App Engine docs: it is terminated). */
export const OVERDUE = { reason: 'a request did not end at its deadline', isFailure: true } as const;

/** Weight of the newest request in the moving average of latencies. */
const LATENCY_WEIGHT = 0.2;

export class InstanceTraffic {
  readonly #clock: Clock;
  readonly #instance: string;
  readonly #listener: TrafficListener;
  readonly #cut = new AbortController();
  #host = '127.0.0.1';
  #port = 0;
  #inFlight = 0;
  #lasting = 0;
  #requests = 0;
  #errors = 0;
  #averageLatencyMs = 0;
  #idleSinceMs: number;
  #isLoading = false;

  constructor(clock: Clock, instance: string, listener: TrafficListener) {
    this.#clock = clock;
    this.#instance = instance;
    this.#listener = listener;
    this.#idleSinceMs = clock.monotonicMs();
    // One signal serves all requests of the instance, as many as there are.
    setMaxListeners(0, this.#cut.signal);
  }

  get inFlight(): number {
    return this.#inFlight;
  }

  /** Of those in flight: connections that last. */
  get lasting(): number {
    return this.#lasting;
  }

  get requests(): number {
    return this.#requests;
  }

  get errors(): number {
    return this.#errors;
  }

  get averageLatencyMs(): number {
    return this.#averageLatencyMs;
  }

  /** When the last request ended, or the instance became able to take one; undefined while busy. Monotonic. */
  get idleSinceMs(): number | undefined {
    return this.#inFlight > 0 ? undefined : this.#idleSinceMs;
  }

  /** Aborts when requests must be cut. */
  get signal(): AbortSignal {
    return this.#cut.signal;
  }

  /** `isLoading`: the first request pays for the start-up (App Engine docs: "loading request"). */
  open(address: { readonly host: string; readonly port: number; readonly isLoading: boolean }): void {
    this.#host = address.host;
    this.#port = address.port;
    this.#isLoading = address.isLoading;
    this.#idleSinceMs = this.#clock.monotonicMs();
  }

  claim(pendingMs: number): Claim {
    if (this.#inFlight === 0) this.#listener.onBusy?.();
    this.#inFlight += 1;
    const isLoadingRequest = this.#isLoading;
    this.#isLoading = false;
    let isReleased = false;
    let isLasting = false;
    return {
      kind: 'claim',
      instance: this.#instance,
      host: this.#host,
      port: this.#port,
      pendingMs,
      isLoadingRequest,
      signal: this.#cut.signal,
      becomeLasting: () => {
        if (isReleased || isLasting) return;
        isLasting = true;
        this.#lasting += 1;
        this.#listener.onLasting();
      },
      release: (outcome) => {
        if (isReleased) return;
        isReleased = true;
        if (isLasting) this.#lasting -= 1;
        this.#release(outcome);
      },
    };
  }

  cut(reason: string): void {
    this.#cut.abort(new Error(reason));
  }

  #release(outcome: RequestOutcome): void {
    this.#inFlight -= 1;
    this.#requests += 1;
    if (outcome.status >= 500 || outcome.isInstanceFailure === true) this.#errors += 1;
    const weight = this.#requests === 1 ? 1 : LATENCY_WEIGHT;
    this.#averageLatencyMs += (outcome.latencyMs - this.#averageLatencyMs) * weight;
    if (this.#inFlight === 0) this.#idleSinceMs = this.#clock.monotonicMs();
    this.#listener.onRelease(outcome);
  }
}
