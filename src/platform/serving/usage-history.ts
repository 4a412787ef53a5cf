/** Memory and processor time of an instance over the last ten minutes, for its own Runtime API. */
import type { ResourceUsage } from './resource-watch.ts';

export interface UsageStatistics {
  readonly memoryBytes: { readonly current: number; readonly average1m: number; readonly average10m: number };
  /** Seconds of processor time, and seconds of it per second. */
  readonly cpuSeconds: { readonly total: number; readonly rate1m: number; readonly rate10m: number };
}

interface Sample {
  readonly atMs: number;
  readonly memoryBytes: number;
  readonly cpuSeconds: number;
}

const MINUTE_MS = 60_000;
const KEPT_MS = 10 * MINUTE_MS;
/** Closer readings replace one another, so that ten minutes are some hundred samples. */
const SPACING_MS = 5_000;

export class UsageHistory {
  #samples: Sample[] = [];

  get lastReadMs(): number | undefined {
    return this.#samples.at(-1)?.atMs;
  }

  add(atMs: number, { memoryBytes, cpuSeconds }: ResourceUsage): void {
    const before = this.#samples.at(-2);
    if (before && atMs - before.atMs < SPACING_MS) this.#samples.pop();
    this.#samples.push({ atMs, memoryBytes, cpuSeconds });
    const stale = this.#samples.findIndex((sample) => sample.atMs > atMs - KEPT_MS);
    if (stale > 0) this.#samples = this.#samples.slice(stale);
  }

  statistics(): UsageStatistics {
    const last = this.#samples.at(-1);
    const minute = this.#since(MINUTE_MS);
    return {
      memoryBytes: {
        current: last?.memoryBytes ?? 0,
        average1m: averageMemory(minute),
        average10m: averageMemory(this.#samples),
      },
      cpuSeconds: { total: last?.cpuSeconds ?? 0, rate1m: cpuRate(minute), rate10m: cpuRate(this.#samples) },
    };
  }

  /** Every sample but the first: processor time is of the time between two. */
  points(): readonly { readonly atMs: number; readonly memoryBytes: number; readonly cpuCores: number }[] {
    return this.#samples.slice(1).map((sample, index) => ({
      atMs: sample.atMs,
      memoryBytes: sample.memoryBytes,
      cpuCores: cpuRate(this.#samples.slice(index, index + 2)),
    }));
  }

  #since(ms: number): readonly Sample[] {
    const last = this.#samples.at(-1);
    return last ? this.#samples.filter(({ atMs }) => atMs >= last.atMs - ms) : [];
  }
}

function averageMemory(samples: readonly Sample[]): number {
  if (samples.length === 0) return 0;
  return samples.reduce((sum, { memoryBytes }) => sum + memoryBytes, 0) / samples.length;
}

function cpuRate(samples: readonly Sample[]): number {
  const [first] = samples;
  const last = samples.at(-1);
  if (!first || !last || last.atMs <= first.atMs) return 0;
  // Less than before when a child process has ended.
  return Math.max(0, ((last.cpuSeconds - first.cpuSeconds) * 1000) / (last.atMs - first.atMs));
}
