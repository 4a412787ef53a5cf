/** Random numbers of the router: traffic, request ids, trace ids. */
import { randomFillSync } from 'node:crypto';

export interface Randomness {
  /** In [0, 1). */
  fraction(): number;
  /** @param count an even number of digits */
  hexDigits(count: number): string;
}

const POOL_BYTES = 8192;

/** From the system's generator, fetched in large pieces: a request needs a few dozen bytes. */
export function createSystemRandomness(): Randomness {
  const pool = Buffer.alloc(POOL_BYTES);
  let used = POOL_BYTES;
  const take = (bytes: number): number => {
    if (used + bytes > POOL_BYTES) {
      randomFillSync(pool);
      used = 0;
    }
    const start = used;
    used += bytes;
    return start;
  };
  return {
    fraction: () => pool.readUIntBE(take(6), 6) / 2 ** 48,
    hexDigits: (count) => {
      const bytes = Math.ceil(count / 2);
      const start = take(bytes);
      return pool.toString('hex', start, start + bytes);
    },
  };
}
