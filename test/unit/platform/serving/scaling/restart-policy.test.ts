/** At once, then 1, 2, 4 ... 60 seconds; forgotten after a time of health. */
import { describe, expect, it } from 'vitest';
import {
  afterFailure,
  type FailureHistory,
  notBeforeMs,
  restartDelayMs,
} from '../../../../../src/platform/serving/scaling/restart-policy.ts';

const limits = { restartMaxDelayMs: 60_000, restartResetMs: 60_000 };

describe('restart policy', () => {
  it('V1 waits longer with each failure in a row, up to a minute', () => {
    const delays = Array.from({ length: 10 }, (_, index) => restartDelayMs(index + 1, limits));
    expect(delays).toEqual([0, 1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000, 60_000]);
    expect(restartDelayMs(100_000, limits)).toBe(60_000);
  });

  it('counts failures in a row and begins again after health or a long quiet', () => {
    const fail = (history: FailureHistory | undefined, nowMs: number, upMs = 0) =>
      afterFailure(history, { upMs, nowMs, reason: `at ${nowMs}` }, limits);
    const first = fail(undefined, 10);
    const second = fail(first, 20);
    expect([first.failures, second.failures]).toEqual([1, 2]);
    expect(notBeforeMs(undefined, limits)).toBe(0);
    expect(notBeforeMs(second, limits)).toBe(1_020);
    expect(second.reason).toBe('at 20');
    expect(fail(second, 70_000, 60_000).failures).toBe(1);
    expect(fail(second, 70_000, 59_999).failures).toBe(3);
    expect(fail(second, 20 + 5 * 60_000).failures).toBe(1);
  });
});
