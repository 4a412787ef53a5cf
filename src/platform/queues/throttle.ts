/** Slows a queue down while its tasks are answered with 503, and lets it recover (App Engine's task queue docs). Pure. */
import type { Rate } from './rate-bucket.ts';

export interface Throttle {
  /** Of the configured rate, above 0 and up to 1. */
  readonly share: number;
  readonly changedAtMs: number;
}

export const noThrottle: Throttle = { share: 1, changedAtMs: Number.NEGATIVE_INFINITY };

/** Answers that come together tell of one overload: it counts once in this time. */
const STEP_MS = 1000;
const SLOW_DOWN = 0.5;
const SPEED_UP = 1.5;
/** Nothing gets slower than this by itself. */
const SLOWEST_PER_SECOND = 0.1;

export function afterAnswer(throttle: Throttle, status: number, nowMs: number): Throttle {
  const isOverloaded = status === 503;
  if (!isOverloaded && throttle.share === 1) return throttle;
  if (nowMs - throttle.changedAtMs < STEP_MS) return throttle;
  const share = isOverloaded ? throttle.share * SLOW_DOWN : Math.min(1, throttle.share * SPEED_UP);
  return { share: Math.max(share, 1e-4), changedAtMs: nowMs };
}

export function throttledRate({ perSecond, size }: Rate, { share }: Throttle): Rate {
  if (share === 1) return { perSecond, size };
  return {
    perSecond: Math.max(perSecond * share, Math.min(perSecond, SLOWEST_PER_SECOND)),
    size: Math.max(1, Math.floor(size * share)),
  };
}
