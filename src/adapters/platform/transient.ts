/** Which failures of a request go away by themselves, and how long to wait before each repetition. */
import { isAppcfgError } from '../../errors.ts';
import { type Backoff, backoffSeconds } from '../../support/backoff.ts';
import type { Clock } from '../../support/clock.ts';

/** Seven waits, together about six seconds: as long as a platform may take to start again. */
const backoff: Backoff = { minSeconds: 0.1, maxSeconds: 2, maxDoublings: 5 };
const MOST_REPETITIONS = 7;

/** The backend may not have got the request, or its answer was lost: whether it may be repeated is another question. */
export function isTransient(error: unknown): boolean {
  if (!isAppcfgError(error)) return false;
  if (error.code === 'platform.closing' || error.code === 'upload.cut') return true;
  return error.code === 'backend.unreachable' && error.details.isTransient === true;
}

export interface Repeating {
  readonly clock: Clock;
  readonly signal?: AbortSignal | undefined;
  /** Between two tries; `true` when something was achieved all the same, which makes the count begin anew. */
  readonly beforeNext?: () => Promise<boolean>;
}

/** Tries again, later and later, what failed for a reason that goes away. */
export async function repeatedly<T>(work: () => Promise<T>, { clock, signal, beforeNext }: Repeating): Promise<T> {
  for (let repetition = 1; ; repetition += 1) {
    try {
      return await work();
    } catch (error) {
      if (!isTransient(error) || repetition > MOST_REPETITIONS || signal?.aborted) throw error;
      await clock.sleep(backoffSeconds(backoff, repetition) * 1000, signal);
      if (await beforeNext?.()) repetition = 0;
    }
  }
}
