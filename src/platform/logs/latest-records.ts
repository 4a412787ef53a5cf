/** Keeps the last N records by time out of many that come in any order. */
import type { LogRecord } from '../../model/log.ts';

interface Found {
  readonly record: LogRecord;
  /** Order of writing, for records of the same millisecond. */
  readonly order: number;
}

export class LatestRecords {
  readonly #limit: number;
  #found: Found[] = [];
  #earliestNeededMs = Number.NEGATIVE_INFINITY;

  constructor(limit = Number.POSITIVE_INFINITY) {
    this.#limit = limit;
  }

  /** Records before this can't be among the last N any more. */
  get earliestNeededMs(): number {
    return this.#earliestNeededMs;
  }

  add(record: LogRecord, order: number): void {
    if (this.#limit <= 0 || record.timeMs < this.#earliestNeededMs) return;
    this.#found.push({ record, order });
    // Not at every one: sorting pays for as many new records as are kept.
    if (this.#found.length >= this.#limit * 2 + 256) this.settle();
  }

  /** Lets go of what is over the limit. */
  settle(): void {
    this.#found.sort((a, b) => a.record.timeMs - b.record.timeMs || a.order - b.order);
    if (this.#found.length < this.#limit) return;
    this.#found = this.#found.slice(-this.#limit);
    this.#earliestNeededMs = this.#found[0]?.record.timeMs ?? Number.POSITIVE_INFINITY;
  }

  inOrderOfWriting(): readonly LogRecord[] {
    return [...this.#found].sort((a, b) => a.order - b.order).map(({ record }) => record);
  }

  /** In order of time. */
  result(): readonly LogRecord[] {
    this.settle();
    return this.#found.map(({ record }) => record);
  }
}
