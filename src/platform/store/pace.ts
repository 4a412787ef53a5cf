/** Lets long synchronous work give way: synchronous file calls are three times cheaper, but requests must not wait. */
import type { Clock } from '../../support/clock.ts';

/** How long other work may be kept waiting. */
const SLICE_MS = 8;

export interface Pace {
  readonly isDue: boolean;
  /** Lets everything run that waited. */
  rest(): Promise<void>;
}

export function createPace(clock: Clock): Pace {
  let begunAt = clock.monotonicMs();
  return {
    get isDue() {
      return clock.monotonicMs() - begunAt >= SLICE_MS;
    },
    async rest() {
      await new Promise((resolve) => setImmediate(resolve));
      begunAt = clock.monotonicMs();
    },
  };
}
