/** A token bucket: bursts up to its size, and a steady rate. Pure; times are of a clock that only grows. */

export interface Rate {
  /** Tokens a second, above 0. */
  readonly perSecond: number;
  /** Tokens it holds at most, at least 1. */
  readonly size: number;
}

export interface RateBucket {
  readonly tokens: number;
  readonly atMs: number;
}

export function fullBucket({ size }: Rate, nowMs: number): RateBucket {
  return { tokens: size, atMs: nowMs };
}

/** The bucket as it is now; also after its rate has changed. */
export function refilled(bucket: RateBucket, { perSecond, size }: Rate, nowMs: number): RateBucket {
  const gained = (Math.max(0, nowMs - bucket.atMs) / 1000) * perSecond;
  return { tokens: Math.min(size, bucket.tokens + gained), atMs: nowMs };
}

export function wholeTokens({ tokens }: RateBucket): number {
  // What rounding has taken away from a token must not cost another wait.
  return Math.floor(tokens + 1e-6);
}

export function taken(bucket: RateBucket, count: number): RateBucket {
  return { ...bucket, tokens: Math.max(0, bucket.tokens - count) };
}

/** Milliseconds until there is a whole token. */
export function waitForTokenMs({ tokens }: RateBucket, { perSecond }: Rate): number {
  return tokens >= 1 ? 0 : Math.ceil(((1 - tokens) / perSecond) * 1000);
}
