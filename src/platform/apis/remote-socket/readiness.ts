/** Waiting until a socket is ready, or time is up, or nobody waits any more. */
import type { Clock } from '../../../support/clock.ts';

export interface Patience {
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

export class Readiness {
  readonly #listeners = new Set<() => void>();

  /** Something about the socket changed. */
  changed(): void {
    for (const listener of [...this.#listeners]) listener();
  }

  watch(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}

/** Resolves to whether `isReady` became true in time. */
export function waitUntil(
  isReady: () => boolean,
  sources: readonly Readiness[],
  clock: Clock,
  { timeoutMs, signal }: Patience,
): Promise<boolean> {
  if (isReady()) return Promise.resolve(true);
  if (timeoutMs <= 0 || signal.aborted) return Promise.resolve(false);
  return new Promise((resolve) => {
    const finish = (result: boolean) => {
      cancel();
      for (const unwatch of watches) unwatch();
      signal.removeEventListener('abort', onAbort);
      resolve(result);
    };
    const onAbort = () => finish(false);
    const watches = sources.map((source) =>
      source.watch(() => {
        if (isReady()) finish(true);
      }),
    );
    const cancel = clock.after(timeoutMs, () => finish(false), { isBackground: true });
    signal.addEventListener('abort', onAbort, { once: true });
  });
}
