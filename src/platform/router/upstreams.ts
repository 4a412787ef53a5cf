/** Connections to instances: one pool an address, closed when it is idle or its instance ends. */
import { Pool } from 'undici';
import type { Clock } from '../../support/clock.ts';
import type { Claim } from '../serving/version-pool.ts';

/** Work that runs on an instance and must end with it. */
export interface InstanceWork {
  readonly claim: Claim | undefined;
  /** The instance was killed, or its grace period is over. */
  instanceEnded(): void;
}

const SWEEP_MS = 30_000;
const CONNECT_TIMEOUT_MS = 10_000;
/** For servers that don't say how long they keep connections; gunicorn keeps them for 2 s. */
const KEEP_ALIVE_MS = 1500;
const MAX_RESPONSE_HEADER_BYTES = 256 * 1024;

export class Upstream {
  readonly address: string;
  readonly works = new Set<InstanceWork>();
  lastUsedMs = 0;
  signal: AbortSignal | undefined;
  #pool: Pool | undefined;

  constructor(address: string) {
    this.address = address;
  }

  get pool(): Pool {
    this.#pool ??= new Pool(`http://${this.address}`, {
      pipelining: 1,
      connect: { timeout: CONNECT_TIMEOUT_MS },
      keepAliveTimeout: KEEP_ALIVE_MS,
      // Deadlines are the router's own.
      headersTimeout: 0,
      bodyTimeout: 0,
      maxHeaderSize: MAX_RESPONSE_HEADER_BYTES,
    });
    return this.#pool;
  }

  /** Breaks every connection. */
  destroy(): void {
    this.#pool?.destroy().catch(() => {});
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
    const address = `${claim.host.includes(':') ? `[${claim.host}]` : claim.host}:${claim.port}`;
    let upstream = this.#byAddress.get(address);
    if (!upstream) {
      upstream = new Upstream(address);
      this.#byAddress.set(address, upstream);
      this.#cancelSweep ??= this.#scheduleSweep();
    }
    upstream.works.add(work);
    if (upstream.signal !== claim.signal) this.#watch(upstream, claim.signal);
    return upstream;
  }

  leave(upstream: Upstream, work: InstanceWork): void {
    upstream.works.delete(work);
    upstream.lastUsedMs = this.#clock.monotonicMs();
  }

  /** Breaks every connection to every instance. */
  close(): void {
    this.#cancelSweep?.();
    this.#cancelSweep = undefined;
    for (const upstream of this.#byAddress.values()) {
      for (const work of [...upstream.works]) work.instanceEnded();
      upstream.destroy();
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
      upstream.destroy();
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
      upstream.destroy();
      this.#byAddress.delete(address);
    }
    this.#cancelSweep = this.#byAddress.size > 0 ? this.#scheduleSweep() : undefined;
  }
}
