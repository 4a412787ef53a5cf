/** Lets work that goes on come to its end for a while, then breaks it off. */
import type { Clock } from '../support/clock.ts';

export interface DrainOptions {
  readonly clock: Clock;
  readonly graceMs: number;
  /** Ends what still goes on. */
  readonly abort: () => void;
}

export async function drain(work: Iterable<Promise<unknown>>, { clock, graceMs, abort }: DrainOptions): Promise<void> {
  const ended = Promise.allSettled([...work]);
  if (graceMs <= 0) abort();
  const cancel = clock.after(Math.max(0, graceMs), abort);
  await ended;
  cancel();
}
