/** App Engine's days: quotas and bills begin anew at midnight in California. */

const format = new Intl.DateTimeFormat('en-CA', {
  timeZone: 'America/Los_Angeles',
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
});

/** `2026-11-21` */
export function billingDay(nowMs: number): string {
  return format.format(nowMs);
}

export interface BillingDay {
  readonly day: string;
  readonly startMs: number;
  /** Of the next one. */
  readonly endMs: number;
}

/** Longer than any day: some have 25 hours. */
const LONGEST_MS = 26 * 3_600_000;

/** Asking for the same day again and again costs nothing. */
export class BillingCalendar {
  #last: BillingDay = { day: '', startMs: 0, endMs: 0 };

  dayAt(ms: number): BillingDay {
    const { startMs, endMs } = this.#last;
    if (ms >= startMs && ms < endMs) return this.#last;
    const day = billingDay(ms);
    this.#last = {
      day,
      startMs: firstSuchThat(ms - LONGEST_MS, ms, (time) => billingDay(time) === day),
      endMs: firstSuchThat(ms, ms + LONGEST_MS, (time) => billingDay(time) !== day),
    };
    return this.#last;
  }

  /** Cuts a time at midnight. */
  split(fromMs: number, toMs: number, visit: (day: string, ms: number) => void): void {
    for (let from = fromMs; from < toMs; ) {
      const { day, endMs } = this.dayAt(from);
      const to = Math.min(toMs, endMs);
      visit(day, to - from);
      from = to;
    }
  }
}

/** The first of `(afterMs, atMs]`, given that it is false at the one end and true at the other, and changes once. */
function firstSuchThat(afterMs: number, atMs: number, isSo: (ms: number) => boolean): number {
  let low = Math.floor(afterMs);
  let high = Math.ceil(atMs);
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (isSo(middle)) high = middle;
    else low = middle;
  }
  return high;
}
