/** Whether and when something that failed is tried again: the rules that tasks and cron jobs have in common. Pure. */
import { backoffSeconds } from '../support/backoff.ts';

/** `retry_parameters`; what is absent has its documented default. */
export interface RetryPolicy {
  /** Repetitions, not counting the first attempt. */
  readonly limit?: number | undefined;
  /** Counted from the first attempt. */
  readonly ageLimitSeconds?: number | undefined;
  readonly minBackoffSeconds?: number | undefined;
  readonly maxBackoffSeconds?: number | undefined;
  readonly maxDoublings?: number | undefined;
}

export interface FailedAttempts {
  /** So far, from 1. */
  readonly attempts: number;
  readonly firstAttemptAtMs: number;
  readonly nowMs: number;
}

const defaults = { minSeconds: 0.1, maxSeconds: 3600, maxDoublings: 16 } as const;

/** Milliseconds since the epoch; undefined when it is given up. */
export function nextAttemptAtMs(policy: RetryPolicy, failed: FailedAttempts): number | undefined {
  if (isGivenUp(policy, failed)) return undefined;
  return failed.nowMs + retryDelayMs(policy, failed.attempts);
}

/** With both limits it is given up when both are passed; with one, that one counts; with none it never is. */
export function isGivenUp({ limit, ageLimitSeconds }: RetryPolicy, failed: FailedAttempts): boolean {
  const isOverLimit = limit !== undefined && failed.attempts > limit;
  const isOverAge = ageLimitSeconds !== undefined && failed.nowMs - failed.firstAttemptAtMs >= ageLimitSeconds * 1000;
  if (limit !== undefined && ageLimitSeconds !== undefined) return isOverLimit && isOverAge;
  return isOverLimit || isOverAge;
}

/** A bound that is given alone takes the default of the other one along where they would cross. */
export function retryDelayMs(policy: RetryPolicy, attempts: number): number {
  const { minBackoffSeconds: least, maxBackoffSeconds: most } = policy;
  const minSeconds = least ?? Math.min(defaults.minSeconds, most ?? defaults.minSeconds);
  const maxSeconds = most ?? Math.max(defaults.maxSeconds, minSeconds);
  const maxDoublings = policy.maxDoublings ?? defaults.maxDoublings;
  return backoffSeconds({ minSeconds, maxSeconds, maxDoublings }, attempts) * 1000;
}
