import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isGivenUp, nextAttemptAtMs, type RetryPolicy, retryDelayMs } from '../../../src/platform/retry-policy.ts';
import { backoffSeconds } from '../../../src/support/backoff.ts';

const delays = (policy: RetryPolicy, count: number) =>
  Array.from({ length: count }, (_, index) => retryDelayMs(policy, index + 1) / 1000);

describe('the wait before each repetition', () => {
  it.each<[string, RetryPolicy, readonly number[]]>([
    [
      'doubles, then grows by equal steps',
      { minBackoffSeconds: 10, maxBackoffSeconds: 300, maxDoublings: 3 },
      [10, 20, 40, 80, 160, 240, 300, 300],
    ],
    [
      'grows by equal steps without doublings',
      { minBackoffSeconds: 10, maxBackoffSeconds: 200, maxDoublings: 0 },
      [10, 20, 30, 40],
    ],
    ['has the documented defaults', {}, [0.1, 0.2, 0.4, 0.8, 1.6, 3.2]],
    ['was measured like this', { minBackoffSeconds: 1 }, [1, 2, 4]],
    ['follows a maximum below the default minimum', { maxBackoffSeconds: 0.05 }, [0.05, 0.05]],
    ['follows a minimum above the default maximum', { minBackoffSeconds: 7200 }, [7200, 7200]],
    ['may be nothing', { minBackoffSeconds: 0 }, [0, 0, 0]],
  ])('%s', (_, policy, expected) => {
    expect(delays(policy, expected.length)).toEqual(expected.map((value) => expect.closeTo(value, 9)));
  });

  it('6.1c reaches an hour by default and stays there', () => {
    const all = delays({}, 40);
    expect(all.at(15)).toBe(3276.8);
    expect(all.slice(16).every((delay) => delay === 3600)).toBe(true);
  });

  it('never shrinks, and stays between its bounds', () => {
    const bounds = fc.record({
      minSeconds: fc.double({ min: 0, max: 1000, noNaN: true }),
      extra: fc.double({ min: 0, max: 1e6, noNaN: true }),
      maxDoublings: fc.integer({ min: 0, max: 5000 }),
    });
    fc.assert(
      fc.property(bounds, fc.integer({ min: 1, max: 5000 }), ({ minSeconds, extra, maxDoublings }, repetition) => {
        const backoff = { minSeconds, maxSeconds: minSeconds + extra, maxDoublings };
        const delay = backoffSeconds(backoff, repetition);
        expect(delay).toBeGreaterThanOrEqual(minSeconds);
        expect(delay).toBeLessThanOrEqual(minSeconds + extra);
        expect(backoffSeconds(backoff, repetition + 1)).toBeGreaterThanOrEqual(delay);
      }),
    );
  });
});

describe('giving up', () => {
  const failed = (attempts: number, ageSeconds: number) => ({
    attempts,
    firstAttemptAtMs: 0,
    nowMs: ageSeconds * 1000,
  });
  it.each<[RetryPolicy, number, number, boolean]>([
    [{}, 1_000_000, 1e9, false],
    [{ limit: 2 }, 2, 1e9, false],
    [{ limit: 2 }, 3, 0, true],
    [{ limit: 0 }, 1, 0, true],
    [{ ageLimitSeconds: 60 }, 1000, 59, false],
    [{ ageLimitSeconds: 60 }, 1, 60, true],
    [{ limit: 7, ageLimitSeconds: 60 }, 8, 59, false],
    [{ limit: 7, ageLimitSeconds: 60 }, 7, 61, false],
    [{ limit: 7, ageLimitSeconds: 60 }, 8, 61, true],
  ])('%j after %d attempts in %d s: %s', (policy, attempts, ageSeconds, expected) => {
    expect(isGivenUp(policy, failed(attempts, ageSeconds))).toBe(expected);
    expect(nextAttemptAtMs(policy, failed(attempts, ageSeconds)) === undefined).toBe(expected);
  });

  it('6.1d comes after exactly as many repetitions as the limit says, however long they wait', () => {
    const policies = fc.record(
      {
        minBackoffSeconds: fc.integer({ min: 0, max: 50 }),
        maxBackoffSeconds: fc.integer({ min: 50, max: 1000 }),
        maxDoublings: fc.nat(20),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(policies, fc.nat(60), (backoff, limit) => {
        let attempts = 0;
        for (let nowMs: number | undefined = 0; nowMs !== undefined; ) {
          attempts += 1;
          nowMs = nextAttemptAtMs({ ...backoff, limit }, { attempts, firstAttemptAtMs: 0, nowMs });
        }
        expect(attempts).toBe(limit + 1);
      }),
    );
  });
});
