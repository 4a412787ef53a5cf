/** Work that must be done in the end: when it throws it is tried again until it does not. */
import type { Clock } from '../support/clock.ts';

export interface Insistent {
  /** Does it now. @throws what the work throws; it is then done later, by itself */
  (): void;
  /** Gives up. */
  close(): void;
}

const AGAIN_MS = 1000;

export function insistent(clock: Clock, work: () => void): Insistent {
  let cancel = () => {};
  let isClosed = false;
  const attempt = () => {
    cancel();
    try {
      work();
    } catch (error) {
      if (!isClosed) cancel = clock.after(AGAIN_MS, tryAgain, { isBackground: true });
      throw error;
    }
  };
  const tryAgain = () => {
    try {
      attempt();
    } catch {
      // Scheduled again.
    }
  };
  return Object.assign(attempt, {
    close: () => {
      isClosed = true;
      cancel();
    },
  });
}
