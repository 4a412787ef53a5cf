/** Decides when a scaler is asked: once after any number of changes, a moment after rising load, and when time alone calls for it. */
import type { Clock } from '../../support/clock.ts';

/** Between two looks at a rising load. */
const LOAD_CHECK_MS = 20;

export class ScalingLoop {
  readonly #clock: Clock;
  /** Answers after how many milliseconds it wants to be asked again, if nothing else happens. */
  readonly #evaluate: () => number | undefined;
  #isDue = false;
  #cancelRecheck: (() => void) | undefined;
  #cancelLoadCheck: (() => void) | undefined;

  constructor(clock: Clock, evaluate: () => number | undefined) {
    this.#clock = clock;
    this.#evaluate = evaluate;
  }

  /** Time will bring an evaluation anyway. */
  get hasRecheck(): boolean {
    return this.#cancelRecheck !== undefined;
  }

  /** In the next microtask, however many changes call for it. */
  soon(): void {
    if (this.#isDue) return;
    this.#isDue = true;
    queueMicrotask(() => {
      this.#isDue = false;
      this.#cancelRecheck?.();
      this.#cancelRecheck = undefined;
      const ms = this.#evaluate();
      if (ms !== undefined) this.#cancelRecheck = this.#clock.after(ms, () => this.soon(), { isBackground: true });
    });
  }

  /** Load rises with every request: once in a while is often enough to follow it. */
  shortly(): void {
    this.#cancelLoadCheck ??= this.#clock.after(
      LOAD_CHECK_MS,
      () => {
        this.#cancelLoadCheck = undefined;
        this.soon();
      },
      { isBackground: true },
    );
  }
}
