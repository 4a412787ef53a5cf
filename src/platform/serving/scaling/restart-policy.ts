/** When something that failed may start again: at once the first time, then after 1, 2, 4 ... seconds up to a limit. */

export interface FailureHistory {
  /** Failures in a row. */
  readonly failures: number;
  /** Monotonic. */
  readonly lastFailureMs: number;
  readonly reason: string;
}

export interface RestartLimits {
  readonly restartMaxDelayMs: number;
  readonly restartResetMs: number;
}

const FIRST_DELAY_MS = 1_000;
/** Failures in a row are close together; one that comes this many longest pauses later is a new one. */
const FORGET_FACTOR = 5;

/** After a failure of an instance that was up for `upMs` (0: it never listened). */
export function afterFailure(
  history: FailureHistory | undefined,
  failure: { readonly upMs: number; readonly nowMs: number; readonly reason: string },
  limits: RestartLimits,
): FailureHistory {
  const isOld =
    history !== undefined && failure.nowMs - history.lastFailureMs >= FORGET_FACTOR * limits.restartMaxDelayMs;
  const failures = failure.upMs >= limits.restartResetMs || isOld ? 1 : (history?.failures ?? 0) + 1;
  return { failures, lastFailureMs: failure.nowMs, reason: failure.reason };
}

/** Milliseconds from the failure to the next start. */
export function restartDelayMs(failures: number, limits: RestartLimits): number {
  if (failures <= 1) return 0;
  // The exponent is bounded so that a long row of failures does not overflow.
  return Math.min(limits.restartMaxDelayMs, FIRST_DELAY_MS * 2 ** Math.min(failures - 2, 30));
}

export function notBeforeMs(history: FailureHistory | undefined, limits: RestartLimits): number {
  return history === undefined ? 0 : history.lastFailureMs + restartDelayMs(history.failures, limits);
}
