import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { afterAnswer, noThrottle, throttledRate } from '../../../../src/platform/queues/throttle.ts';

const rate = { perSecond: 10, size: 20 };

describe('a queue whose tasks are answered with 503', () => {
  it('is slowed down once a second, and recovers by other answers', () => {
    const first = afterAnswer(noThrottle, 503, 0);
    expect(throttledRate(rate, first)).toEqual({ perSecond: 5, size: 10 });
    expect(afterAnswer(first, 503, 999)).toEqual(first);
    const second = afterAnswer(first, 503, 1000);
    expect(throttledRate(rate, second)).toEqual({ perSecond: 2.5, size: 5 });
    const better = afterAnswer(second, 200, 2000);
    expect(throttledRate(rate, better).perSecond).toBe(3.75);
    let now = 2000;
    let throttle = better;
    for (let answers = 0; answers < 5; answers += 1) {
      now += 1000;
      throttle = afterAnswer(throttle, 500, now);
    }
    expect(throttledRate(rate, throttle)).toEqual(rate);
  });

  it('never stands still, and never runs faster than it may', () => {
    const answers = fc.array(fc.tuple(fc.constantFrom(200, 500, 503, 0), fc.integer({ min: 0, max: 5000 })), {
      maxLength: 200,
    });
    const rates = fc.record({
      perSecond: fc.double({ min: 0.0001, max: 500, noNaN: true }),
      size: fc.integer({ min: 1, max: 500 }),
    });
    fc.assert(
      fc.property(rates, answers, (full, steps) => {
        let throttle = noThrottle;
        let nowMs = 0;
        for (const [status, waitMs] of steps) {
          nowMs += waitMs;
          throttle = afterAnswer(throttle, status, nowMs);
          const slowed = throttledRate(full, throttle);
          expect(slowed.perSecond).toBeGreaterThanOrEqual(Math.min(full.perSecond, 0.1));
          expect(slowed.perSecond).toBeLessThanOrEqual(full.perSecond);
          expect(slowed.size).toBeGreaterThanOrEqual(1);
          expect(slowed.size).toBeLessThanOrEqual(full.size);
        }
      }),
    );
  });
});
