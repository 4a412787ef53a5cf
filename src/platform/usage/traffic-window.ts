/** One version's requests of the last minute, in slots of a second. */
import { RECENT_TRAFFIC_MS } from '../../model/recent-traffic.ts';
import { LatencyHistogram } from './latency-histogram.ts';

interface Slot {
  readonly second: number;
  requests: number;
  errors: number;
  readonly latencies: LatencyHistogram;
}

export interface WindowTotal {
  readonly requests: number;
  readonly errors: number;
  readonly latencies: LatencyHistogram;
}

const SLOTS = RECENT_TRAFFIC_MS / 1000;

export class TrafficWindow {
  readonly #slots: (Slot | undefined)[] = new Array(SLOTS).fill(undefined);

  /** @param endedAtMs milliseconds since the epoch */
  add(endedAtMs: number, latencyMs: number, isError: boolean): void {
    const second = Math.floor(endedAtMs / 1000);
    const index = second % SLOTS;
    const known = this.#slots[index];
    // Of a clock that was set back: what is newer stays.
    if (known && known.second > second) return;
    const slot =
      known?.second === second ? known : { second, requests: 0, errors: 0, latencies: new LatencyHistogram() };
    this.#slots[index] = slot;
    slot.requests += 1;
    if (isError) slot.errors += 1;
    slot.latencies.add(latencyMs);
  }

  /** Of the last `windowMs` before now. */
  total(nowMs: number, windowMs: number): WindowTotal {
    const last = Math.floor(nowMs / 1000);
    const first = last - Math.ceil(windowMs / 1000);
    const latencies = new LatencyHistogram();
    let requests = 0;
    let errors = 0;
    for (const slot of this.#slots) {
      if (!slot || slot.second <= first || slot.second > last) continue;
      requests += slot.requests;
      errors += slot.errors;
      latencies.addAll(slot.latencies);
    }
    return { requests, errors, latencies };
  }
}
