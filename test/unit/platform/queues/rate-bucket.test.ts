import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  fullBucket,
  type Rate,
  refilled,
  taken,
  waitForTokenMs,
  wholeTokens,
} from '../../../../src/platform/queues/rate-bucket.ts';

const fivePerSecond: Rate = { perSecond: 5, size: 5 };

describe('a bucket of tokens', () => {
  it('6.1e begins full, empties, and fills at its rate up to its size', () => {
    const full = fullBucket(fivePerSecond, 1000);
    expect(wholeTokens(full)).toBe(5);
    const empty = taken(full, 5);
    expect(wholeTokens(empty)).toBe(0);
    expect(waitForTokenMs(empty, fivePerSecond)).toBe(200);
    expect(wholeTokens(refilled(empty, fivePerSecond, 1199))).toBe(0);
    expect(wholeTokens(refilled(empty, fivePerSecond, 1200))).toBe(1);
    expect(wholeTokens(refilled(empty, fivePerSecond, 1_000_000))).toBe(5);
  });

  it('has a whole token after the wait it asks for, and lets through no more than size and rate allow', () => {
    const rates = fc.record({
      perSecond: fc.double({ min: 0.001, max: 500, noNaN: true }),
      size: fc.integer({ min: 1, max: 500 }),
    });
    const wants = fc.array(fc.tuple(fc.integer({ min: 0, max: 5000 }), fc.integer({ min: 1, max: 50 })), {
      maxLength: 60,
    });
    fc.assert(
      fc.property(rates, wants, (rate, steps) => {
        let bucket = fullBucket(rate, 0);
        let nowMs = 0;
        let total = 0;
        for (const [waitMs, wanted] of steps) {
          nowMs += waitMs;
          bucket = refilled(bucket, rate, nowMs);
          const got = Math.min(wanted, wholeTokens(bucket));
          bucket = taken(bucket, got);
          total += got;
          const nextMs = nowMs + waitForTokenMs(bucket, rate);
          expect(wholeTokens(refilled(bucket, rate, nextMs))).toBeGreaterThanOrEqual(1);
        }
        expect(total).toBeLessThanOrEqual(rate.size + (rate.perSecond * nowMs) / 1000 + 0.01);
      }),
    );
  });
});
