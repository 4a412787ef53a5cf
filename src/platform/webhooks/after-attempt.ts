/** What becomes of a delivery after a try. Pure. */
import { type Backoff, backoffSeconds } from '../../support/backoff.ts';

/** One try, and what came of it. Times in milliseconds since the epoch. */
export interface Attempt {
  readonly attemptedAtMs: number;
  readonly durationMs: number;
  /** Absent when there was no answer. */
  readonly status?: number;
  /** Absent when the receiver has it. */
  readonly failure?: string;
  readonly response?: string;
}

export type Verdict =
  | { readonly state: 'delivered' }
  | { readonly state: 'queued'; readonly nextAtMs: number }
  | { readonly state: 'failed'; readonly isGone: boolean };

/** The last one comes about six and a half hours after the first. */
export const MOST_ATTEMPTS = 15;
const GONE = 410;
const backoff: Backoff = { minSeconds: 10, maxSeconds: 3600, maxDoublings: 8 };

/** @param attempts so far, this one included */
export function verdictOn({ failure, status }: Attempt, attempts: number, nowMs: number): Verdict {
  if (failure === undefined) return { state: 'delivered' };
  if (status === GONE) return { state: 'failed', isGone: true };
  if (attempts >= MOST_ATTEMPTS) return { state: 'failed', isGone: false };
  return { state: 'queued', nextAtMs: nowMs + backoffSeconds(backoff, attempts) * 1000 };
}

/** Why an answer counts as a failure; undefined for success. */
export function statusFailure(status: number): string | undefined {
  if (status >= 200 && status < 300) return undefined;
  if (status === GONE) return 'the receiver says that it is gone';
  return status >= 300 && status < 400 ? 'redirects are not followed' : 'the receiver refused it';
}
