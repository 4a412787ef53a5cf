/** Counts the requests of each version: how many, how they ended, how long they took, how much was sent. */
import type { Deployment } from '../deployment.ts';
import type { RequestMeter } from '../router/request-meter.ts';
import type { DailyUsage, UsageSource } from '../usage/daily-usage.ts';

/** Upper bounds of the latency histogram, in milliseconds; App Engine's deadline is the last. */
export const LATENCY_BOUNDS_MS = [5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000, 30_000, 60_000] as const;

const FAMILIES = 6;

export interface RequestCounts {
  readonly application: string;
  readonly module: string;
  readonly version: string;
  /** By the first digit of the status. */
  readonly statuses: Float64Array;
  /** How many took at most so long and longer than the bound before; the last is for those above all bounds. */
  readonly latencies: Float64Array;
  latencySumMs: number;
  outgoingBytes: number;
  /** Of those: not yet part of the day's amounts. */
  unsettledBytes: number;
}

export class RequestCounters implements RequestMeter, UsageSource {
  readonly #daily: DailyUsage;
  readonly #byDeployment = new WeakMap<Deployment, RequestCounts>();
  /** `application module version`: a version that is deployed anew counts on. */
  readonly #byName = new Map<string, RequestCounts>();
  #isSettled = true;

  constructor(daily: DailyUsage) {
    this.#daily = daily;
    daily.addSource(this);
  }

  count(deployment: Deployment, status: number, latencyMs: number, outgoingBytes: number): void {
    const counts = this.#byDeployment.get(deployment) ?? this.#countsOf(deployment);
    const family = Math.min(FAMILIES - 1, Math.floor(status / 100));
    counts.statuses[family] = (counts.statuses[family] ?? 0) + 1;
    let bucket = 0;
    while (bucket < LATENCY_BOUNDS_MS.length && latencyMs > (LATENCY_BOUNDS_MS[bucket] ?? 0)) bucket += 1;
    counts.latencies[bucket] = (counts.latencies[bucket] ?? 0) + 1;
    counts.latencySumMs += latencyMs;
    if (outgoingBytes === 0) return;
    counts.outgoingBytes += outgoingBytes;
    counts.unsettledBytes += outgoingBytes;
    if (!this.#isSettled) return;
    this.#isSettled = false;
    this.#daily.writeSoon();
  }

  settle(): void {
    this.#isSettled = true;
    for (const counts of this.#byName.values()) {
      this.#daily.addSettled(counts.application, 'response-bytes', counts.unsettledBytes);
      counts.unsettledBytes = 0;
    }
  }

  /** Of the versions that are there; others are forgotten. */
  counts(isThere: (application: string, module: string, version: string) => boolean): readonly RequestCounts[] {
    for (const [name, { application, module, version, unsettledBytes }] of this.#byName) {
      if (unsettledBytes === 0 && !isThere(application, module, version)) this.#byName.delete(name);
    }
    return [...this.#byName.values()];
  }

  #countsOf(deployment: Deployment): RequestCounts {
    const { application, module, version } = deployment;
    const name = `${application} ${module} ${version}`;
    const known = this.#byName.get(name);
    const counts = known ?? {
      ...{ application, module, version, latencySumMs: 0, outgoingBytes: 0, unsettledBytes: 0 },
      statuses: new Float64Array(FAMILIES),
      latencies: new Float64Array(LATENCY_BOUNDS_MS.length + 1),
    };
    if (!known) this.#byName.set(name, counts);
    this.#byDeployment.set(deployment, counts);
    return counts;
  }
}
