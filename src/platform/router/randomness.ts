/** Random numbers of the router: traffic, request ids, trace ids. */
import { randomFillSync } from 'node:crypto';

export interface Randomness {
  /** In [0, 1). */
  fraction(): number;
  /** @param count an even number of digits */
  hexDigits(count: number): string;
}

const POOL_BYTES = 4096;

/** From the system's generator, fetched in large pieces: a request needs a few dozen bytes. */
export function createSystemRandomness(): Randomness {
  const numbers = new Uint32Array(POOL_BYTES / 4);
  const digitBytes = Buffer.alloc(POOL_BYTES);
  let usedNumbers = numbers.length;
  let digits = '';
  let usedDigits = 0;
  return {
    fraction: () => {
      if (usedNumbers === numbers.length) {
        randomFillSync(numbers);
        usedNumbers = 0;
      }
      usedNumbers += 1;
      return (numbers[usedNumbers - 1] ?? 0) / 2 ** 32;
    },
    hexDigits: (count) => {
      if (usedDigits + count > digits.length) {
        // Written as digits once: parts of a text cost less than a text for each few bytes.
        digits = randomFillSync(digitBytes).toString('hex');
        usedDigits = 0;
      }
      usedDigits += count;
      return digits.slice(usedDigits - count, usedDigits);
    },
  };
}
