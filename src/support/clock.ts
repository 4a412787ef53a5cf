/** The only source of time: everything that waits or stamps takes a Clock, so that tests own the time. */

export interface Clock {
  /** Milliseconds since the epoch. May jump when the machine's clock is set. */
  now(): number;
  /** Milliseconds that only grow; for durations. */
  monotonicMs(): number;
  /** Resolves after `ms`; rejects with the signal's reason when it aborts first. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** Calls back once after `ms`; the result cancels. The timer does not keep the process alive when `isBackground`. */
  after(ms: number, callback: () => void, options?: { readonly isBackground?: boolean }): () => void;
}

let monotonic: { now(): number } | undefined;

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonicMs: () => {
    // Node makes the global on first use and asks a getter for it each time.
    monotonic ??= performance;
    return monotonic.now();
  },
  sleep: (ms, signal) =>
    new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const timer = setTimeout(() => {
        signal?.removeEventListener('abort', onAbort);
        resolve();
      }, ms);
      const onAbort = () => {
        clearTimeout(timer);
        reject(signal?.reason);
      };
      signal?.addEventListener('abort', onAbort, { once: true });
    }),
  after: (ms, callback, options) => {
    const timer = setTimeout(callback, ms);
    if (options?.isBackground === true) timer.unref();
    return () => clearTimeout(timer);
  },
};
