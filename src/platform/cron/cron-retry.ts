/** Whether a failed run is tried again, and when (cron.yaml `retry_parameters`). Pure. */
import type { CronRetry } from '../../model/settings.ts';

export interface FailedRun {
  /** Attempts so far, from 1. */
  readonly attempts: number;
  readonly firstAttemptAtMs: number;
  readonly nowMs: number;
}

/** Defaults that apply once any retry parameter is set. */
const defaults = { minBackoffSeconds: 0.1, maxBackoffSeconds: 3600, maxDoublings: 16 } as const;

/** When to try again, in milliseconds since the epoch; undefined when the run is over. */
export function nextAttemptAtMs(retry: CronRetry | undefined, run: FailedRun): number | undefined {
  if (!retry || isExhausted(retry, run)) return undefined;
  return run.nowMs + backoffSeconds(retry, run.attempts) * 1000;
}

/** With both limits the run ends only when both are passed; with one, that one; with none, only the age of a day. */
function isExhausted(retry: CronRetry, run: FailedRun): boolean {
  const { jobRetryLimit, jobAgeLimitSeconds } = retry;
  const isOverLimit = jobRetryLimit !== undefined && run.attempts > jobRetryLimit;
  const isOverAge = jobAgeLimitSeconds !== undefined && run.nowMs - run.firstAttemptAtMs >= jobAgeLimitSeconds * 1000;
  if (jobRetryLimit !== undefined && jobAgeLimitSeconds !== undefined) return isOverLimit && isOverAge;
  return isOverLimit || isOverAge;
}

/** The n-th retry waits min * 2^e, e capped at the doublings, then grows linearly, capped at max. */
function backoffSeconds(retry: CronRetry, attempts: number): number {
  const minimum =
    retry.minBackoffSeconds ??
    Math.min(defaults.minBackoffSeconds, retry.maxBackoffSeconds ?? Number.POSITIVE_INFINITY);
  const maximum = retry.maxBackoffSeconds ?? Math.max(defaults.maxBackoffSeconds, minimum);
  const doublings = Math.min(attempts - 1, retry.maxDoublings ?? defaults.maxDoublings);
  const linear = Math.max(1, attempts - doublings);
  return Math.min(maximum, minimum * 2 ** doublings * linear);
}
