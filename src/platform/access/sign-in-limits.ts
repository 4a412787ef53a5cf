/** Slows down those who guess tokens, and tokens that ask too much. */
import { isIPv6 } from 'node:net';
import type { Clock } from '../../support/clock.ts';

export interface SignInLimitOptions {
  /** Wrong tokens that an address may send before it has to wait. */
  readonly failures: number;
  /** How long a wrong token is remembered. */
  readonly failureMs: number;
  /** Requests a second that a token may send for long. */
  readonly requestsPerSecond: number;
  /** Requests that it may send at once. */
  readonly burst: number;
}

export const usualLimits: SignInLimitOptions = { failures: 10, failureMs: 300_000, requestsPerSecond: 50, burst: 500 };

/** Somebody with many addresses must not fill the memory. */
const MOST_REMEMBERED = 10_000;

interface Failures {
  readonly count: number;
  readonly untilMs: number;
}

interface Bucket {
  readonly tokens: number;
  readonly atMs: number;
}

export class SignInLimits {
  readonly #options: SignInLimitOptions;
  readonly #clock: Clock;
  readonly #failures = new Map<string, Failures>();
  readonly #buckets = new Map<string, Bucket>();

  constructor(clock: Clock, options: SignInLimitOptions = usualLimits) {
    this.#clock = clock;
    this.#options = options;
  }

  /** Seconds that an address has to wait before its tokens are looked at again; 0: none. */
  waitOfAddress(address: string): number {
    const known = this.#failures.get(networkOf(address));
    const now = this.#clock.monotonicMs();
    if (known === undefined || known.untilMs <= now || known.count < this.#options.failures) return 0;
    return Math.ceil((known.untilMs - now) / 1000);
  }

  /** True when this failure was the one too many. */
  failed(address: string): boolean {
    const key = networkOf(address);
    const now = this.#clock.monotonicMs();
    const known = this.#failures.get(key);
    const count = known !== undefined && known.untilMs > now ? known.count + 1 : 1;
    // Again at the end: the one that failed longest ago goes first.
    this.#failures.delete(key);
    this.#failures.set(key, { count, untilMs: now + this.#options.failureMs });
    forgetOldest(this.#failures);
    return count === this.#options.failures;
  }

  /** Counts a request; seconds to wait when it is one too many, 0 when it may go on. */
  waitOfToken(id: string): number {
    const { requestsPerSecond, burst } = this.#options;
    const now = this.#clock.monotonicMs();
    const { tokens, atMs } = this.#buckets.get(id) ?? { tokens: burst, atMs: now };
    const filled = Math.min(burst, tokens + ((now - atMs) / 1000) * requestsPerSecond);
    this.#buckets.delete(id);
    this.#buckets.set(id, { tokens: filled < 1 ? filled : filled - 1, atMs: now });
    forgetOldest(this.#buckets);
    return filled < 1 ? Math.ceil((1 - filled) / requestsPerSecond) : 0;
  }
}

/** A customer has 2^64 addresses of version 6. */
function networkOf(address: string): string {
  const plain = address.replace(/^::ffff:(?=\d+\.)/i, '');
  if (!isIPv6(plain)) return plain;
  const [head = '', tail] = plain.split('::');
  const groups = head === '' ? [] : head.split(':');
  const last = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = tail === undefined ? [] : Array<string>(Math.max(0, 8 - groups.length - last.length)).fill('0');
  return [...groups, ...zeros, ...last].slice(0, 4).join(':');
}

function forgetOldest(map: Map<string, unknown>): void {
  const [oldest] = map.keys();
  if (map.size > MOST_REMEMBERED && oldest !== undefined) map.delete(oldest);
}
