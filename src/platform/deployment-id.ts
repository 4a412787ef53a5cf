/** Minor versions: digits, growing with time, never used twice on one platform. */
import type { Clock } from '../support/clock.ts';

export function createDeploymentIds(clock: Clock, isUsed: (id: string) => boolean): () => string {
  let last = 0n;
  return () => {
    let next = BigInt(Math.floor(clock.now())) * 1000n;
    // The clock may stand still or jump back; ids still grow within a run and are checked against older runs.
    if (next <= last) next = last + 1n;
    while (isUsed(String(next))) next += 1n;
    last = next;
    return String(next);
  };
}
