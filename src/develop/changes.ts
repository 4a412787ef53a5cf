/** Turns a burst of changes into one: whoever waits learns of it when the burst is over. */
import type { Clock } from '../support/clock.ts';

export interface Changes {
  /** Something changed. */
  tell(): void;
  /** Resolves when something changed since the last call and it has been quiet for a moment; rejects when the signal aborts. */
  next(signal: AbortSignal): Promise<void>;
}

export interface ChangesOptions {
  readonly clock: Clock;
  /** Editors write in several steps, and version control writes many files. */
  readonly quietMs: number;
  /** A burst that does not end is not waited for longer than this. */
  readonly mostMs: number;
}

export function collectChanges({ clock, quietMs, mostMs }: ChangesOptions): Changes {
  let count = 0;
  let taken = 0;
  let wake = () => {};
  return {
    tell: () => {
      count += 1;
      wake();
    },
    next: async (signal) => {
      while (count === taken) await woken(signal, (resolve) => (wake = resolve));
      const until = clock.monotonicMs() + mostMs;
      for (let seen = -1; seen !== count && clock.monotonicMs() < until; ) {
        seen = count;
        await clock.sleep(quietMs, signal);
      }
      taken = count;
    },
  };
}

function woken(signal: AbortSignal, listen: (resolve: () => void) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason);
    const onAbort = () => reject(signal.reason);
    signal.addEventListener('abort', onAbort, { once: true });
    listen(() => {
      signal.removeEventListener('abort', onAbort);
      resolve();
    });
  });
}
