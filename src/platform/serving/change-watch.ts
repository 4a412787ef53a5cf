/** Waiting for a condition on things that change: asked at every change and, since some states count by age, every moment. */
import type { Clock } from '../../support/clock.ts';

const TICK_MS = 100;

export class ChangeWatch {
  readonly #clock: Clock;
  readonly #watchers = new Set<() => void>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  changed(): void {
    for (const watch of [...this.#watchers]) watch();
  }

  /** Resolves when `check` answers true; rejects with what it throws, or with the signal's reason. */
  until(check: () => boolean, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted === true) return reject(signal.reason);
      let cancelTick: () => void = () => undefined;
      let isOver = false;
      const end = (settle: () => void) => {
        isOver = true;
        this.#watchers.delete(watch);
        cancelTick();
        signal?.removeEventListener('abort', onAbort);
        settle();
      };
      const watch = () => {
        try {
          if (check()) end(resolve);
        } catch (error) {
          end(() => reject(error));
        }
      };
      const onAbort = () => end(() => reject(signal?.reason));
      const tick = () => {
        watch();
        if (!isOver) cancelTick = this.#clock.after(TICK_MS, tick);
      };
      signal?.addEventListener('abort', onAbort, { once: true });
      this.#watchers.add(watch);
      tick();
    });
  }
}
