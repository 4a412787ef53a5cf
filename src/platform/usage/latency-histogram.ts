/** Counts latencies in steps of ten per cent: percentiles of any number of requests in a few hundred bytes. */

const STEP = 1.1;
/** The last one is of 12 minutes and more. */
const BUCKETS = 145;

export class LatencyHistogram {
  readonly #counts = new Uint32Array(BUCKETS);
  #total = 0;

  add(latencyMs: number): void {
    const bucket = Math.round(Math.log1p(Math.max(0, latencyMs)) / Math.log(STEP));
    const index = Math.min(BUCKETS - 1, bucket);
    this.#counts[index] = (this.#counts[index] ?? 0) + 1;
    this.#total += 1;
  }

  addAll(other: LatencyHistogram): void {
    for (const [index, count] of other.#counts.entries()) this.#counts[index] = (this.#counts[index] ?? 0) + count;
    this.#total += other.#total;
  }

  /** @param share 0.5 for the median; undefined when nothing was counted */
  percentileMs(share: number): number | undefined {
    if (this.#total === 0) return undefined;
    const wanted = Math.max(1, Math.ceil(this.#total * share));
    let seen = 0;
    for (const [index, count] of this.#counts.entries()) {
      seen += count;
      if (seen >= wanted) return STEP ** index - 1;
    }
    return undefined;
  }
}
