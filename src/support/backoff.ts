/** How long to wait before each repetition: doubling first, then growing by equal steps, up to a limit. */

export interface Backoff {
  readonly minSeconds: number;
  readonly maxSeconds: number;
  readonly maxDoublings: number;
}

/**
 * Seconds before the n-th repetition, n from 1: `min * 2^e` with e up to the doublings, from there on times 2, 3, 4 ...
 * With 10 s, 300 s and 3 doublings: 10, 20, 40, 80, 160, 240, 300, 300 ... (App Engine's retry parameters).
 */
export function backoffSeconds({ minSeconds, maxSeconds, maxDoublings }: Backoff, repetition: number): number {
  if (minSeconds === 0) return 0;
  const doublings = Math.min(repetition - 1, maxDoublings);
  const steps = Math.max(1, repetition - doublings);
  return Math.min(maxSeconds, minSeconds * 2 ** doublings * steps);
}
