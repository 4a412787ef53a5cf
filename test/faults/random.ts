/** Random numbers that come again: a failed run is repeated by its seed. */

/** The seed of this run: FAULT_SEED, or the one that is kept. */
export const seed = Number(process.env.FAULT_SEED ?? 20261121);

/** Numbers from 0 to below 1 (mulberry32). */
export function randomFrom(start: number): () => number {
  let state = start >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
