/** The pool of one deployment: claims an instance synchronously when one has room, else keeps the request waiting for a bounded time. */
import type { Clock } from '../../support/clock.ts';
import { refused } from './admission.ts';
import type { EngineLimits } from './limits.ts';
import type { ManagedInstance } from './managed-instance.ts';
import { PendingQueue, type WaitingClaim } from './pending-queue.ts';
import { choose, type PlacementRules } from './placement.ts';
import type { WaitingRequest } from './scaling/decision.ts';
import type { Claim, ClaimOptions, ClaimRefusal, Refused, VersionPool } from './version-pool.ts';

export interface PoolHost {
  /** In order of their start; read at every claim. */
  readonly instances: readonly ManagedInstance[];
  readonly rules: PlacementRules;
  /** Why no request may come in now; undefined when it may. */
  refusal(options: ClaimOptions): Refused | undefined;
  /** The first request began to wait, or the last one ceased to. */
  onQueueChange(): void;
  /** More requests wait, or an instance has more in flight than its target: may come with every request. */
  onLoad(): void;
}

interface Waiting extends WaitingClaim {
  readonly settle: (result: Claim | Refused) => void;
}

export class Pool implements VersionPool {
  readonly #host: PoolHost;
  readonly #clock: Clock;
  readonly #limits: Pick<EngineLimits, 'pendingLimitMs' | 'pendingCapacity'>;
  readonly #queue = new PendingQueue<Waiting>();
  /** Waiting for a certain instance. */
  #namedCount = 0;
  #turn = 0;

  constructor(host: PoolHost, clock: Clock, limits: Pick<EngineLimits, 'pendingLimitMs' | 'pendingCapacity'>) {
    this.#host = host;
    this.#clock = clock;
    this.#limits = limits;
  }

  get waitingCount(): number {
    return this.#queue.size;
  }

  /** Oldest first. */
  waiting(): readonly WaitingRequest[] {
    return [...this.#queue.inOrder()]
      .map(({ options, sinceMs }) => ({
        sinceMs,
        ...(options.instance === undefined ? {} : { instance: options.instance }),
      }))
      .sort((a, b) => a.sinceMs - b.sinceMs);
  }

  claim(options: ClaimOptions): Claim | Refused | Promise<Claim | Refused> {
    const refusal = this.#host.refusal(options);
    if (refusal) return refusal;
    return this.#take(options, 0) ?? this.#wait(options);
  }

  /** Gives waiting requests the room that came free. */
  serveWaiting(): void {
    if (this.#queue.size === 0) return;
    const now = this.#clock.monotonicMs();
    let isFull = false;
    for (const entry of this.#queue.inOrder()) {
      // One that any instance may serve found none: the next such finds none either.
      if (isFull && this.#namedCount === 0) return;
      if (isFull && entry.options.instance === undefined) continue;
      const claim = this.#take(entry.options, now - entry.sinceMs);
      if (claim) entry.settle(claim);
      else if (entry.options.instance === undefined) isFull = true;
    }
  }

  /** Ends the wait of all, or of those that want a certain instance. */
  refuseWaiting(refusal: ClaimRefusal, reason: string, isMeant: (options: ClaimOptions) => boolean = () => true): void {
    for (const entry of this.#queue.inOrder()) if (isMeant(entry.options)) entry.settle(refused(refusal, reason));
  }

  #take(options: ClaimOptions, pendingMs: number): Claim | undefined {
    this.#turn += 1;
    const { instances, rules } = this.#host;
    const instance = choose(instances, rules, options, this.#turn);
    if (!instance) return undefined;
    const claim = instance.claim(pendingMs);
    if (instance.inFlight > rules.target) this.#host.onLoad();
    return claim;
  }

  #wait(options: ClaimOptions): Refused | Promise<Claim | Refused> {
    // Asked here only: a signal is not made for the many requests that never wait.
    if (options.signal?.aborted === true) return refused('aborted', 'the client went away');
    const { pendingCapacity, pendingLimitMs } = this.#limits;
    if (this.#queue.size >= pendingCapacity)
      return refused('pending-timeout', `${pendingCapacity} requests wait already`);
    return new Promise((resolve) => {
      const entry: Waiting = {
        options,
        sinceMs: this.#clock.monotonicMs(),
        settle: (result) => {
          if (!this.#queue.remove(entry)) return;
          cancel();
          options.signal?.removeEventListener('abort', onAbort);
          if (options.instance !== undefined) this.#namedCount -= 1;
          resolve(result);
          if (this.#queue.size === 0) this.#host.onQueueChange();
        },
      };
      const onAbort = () => entry.settle(refused('aborted', 'the client went away'));
      const onTimeout = () =>
        entry.settle(refused('pending-timeout', `${pendingLimitMs / 1000} s without an instance`));
      const cancel = this.#clock.after(pendingLimitMs, onTimeout);
      options.signal?.addEventListener('abort', onAbort, { once: true });
      this.#queue.add(entry);
      if (options.instance !== undefined) this.#namedCount += 1;
      if (this.#queue.size === 1) this.#host.onQueueChange();
      else this.#host.onLoad();
    });
  }
}
