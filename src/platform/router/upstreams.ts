/** Connections to instances: one pool an address, closed when it is idle or its instance ends. */
import type { Clock } from '../../support/clock.ts';
import type { Claim } from '../serving/version-pool.ts';
import { InstancePool } from './wire/instance-pool.ts';

/** Work that runs on an instance and must end with it. */
export interface InstanceWork {
  readonly claim: Claim | undefined;
  /** The instance was killed, or its grace period is over. */
  instanceEnded(): void;
}

const SWEEP_MS = 30_000;

export class Upstream {
  readonly address: string;
  readonly works = new Set<InstanceWork>();
  lastUsedMs = 0;
  signal: AbortSignal | undefined;
  readonly pool: InstancePool;

  constructor(address: string, pool: InstancePool) {
    this.address = address;
    this.pool = pool;
  }
}

export class Upstreams {
  readonly #clock: Clock;
  readonly #byAddress = new Map<string, Upstream>();
  #cancelSweep: (() => void) | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Counts work in, so that it is cut when its instance ends. */
  join(claim: Claim, work: InstanceWork): Upstream {
    const { host, port } = claim;
    const address = `${host} ${port}`;
    let upstream = this.#byAddress.get(address);
    if (!upstream) {
      upstream = new Upstream(address, new InstancePool(this.#clock, { host, port }));
      this.#byAddress.set(address, upstream);
      this.#cancelSweep ??= this.#scheduleSweep();
    }
    upstream.works.add(work);
    if (upstream.signal !== claim.signal) this.#watch(upstream, claim.signal);
    return upstream;
  }

  leave(upstream: Upstream, work: InstanceWork, nowMs: number): void {
    upstream.works.delete(work);
    upstream.lastUsedMs = nowMs;
  }

  /** Breaks every connection to every instance. */
  close(): void {
    this.#cancelSweep?.();
    this.#cancelSweep = undefined;
    for (const upstream of this.#byAddress.values()) {
      for (const work of [...upstream.works]) work.instanceEnded();
      upstream.pool.destroy();
    }
    this.#byAddress.clear();
  }

  /** One listener an instance, not one a request: claims of an instance share its signal. */
  #watch(upstream: Upstream, signal: AbortSignal): void {
    upstream.signal = signal;
    const onAbort = () => {
      for (const work of [...upstream.works]) {
        if (work.claim?.signal === signal) work.instanceEnded();
      }
      if (upstream.signal !== signal) return;
      upstream.pool.destroy();
      if (this.#byAddress.get(upstream.address) === upstream) this.#byAddress.delete(upstream.address);
    };
    if (signal.aborted) queueMicrotask(onAbort);
    else signal.addEventListener('abort', onAbort, { once: true });
  }

  #scheduleSweep(): () => void {
    return this.#clock.after(SWEEP_MS, () => this.#sweep(), { isBackground: true });
  }

  #sweep(): void {
    const before = this.#clock.monotonicMs() - SWEEP_MS;
    for (const [address, upstream] of this.#byAddress) {
      if (upstream.works.size > 0 || upstream.lastUsedMs > before) continue;
      upstream.pool.destroy();
      this.#byAddress.delete(address);
    }
    this.#cancelSweep = this.#byAddress.size > 0 ? this.#scheduleSweep() : undefined;
  }
}
