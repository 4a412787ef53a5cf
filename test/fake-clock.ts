/** A clock that tests move by hand. */
import type { Clock } from '../src/support/clock.ts';

interface Timer {
  readonly at: number;
  readonly order: number;
  readonly callback: () => void;
}

export interface FakeClock extends Clock {
  /** Moves time forward, running what falls due in order and letting promises settle in between. */
  advance(ms: number): Promise<void>;
  /** Sets what `now()` shows, as people set the clock of a machine; timers and durations do not notice. */
  set(nowMs: number): void;
  readonly pendingTimers: number;
}

export function createFakeClock(startMs = Date.UTC(2026, 0, 1)): FakeClock {
  let now = startMs;
  let offset = 0;
  let order = 0;
  const timers = new Set<Timer>();
  const settle = () => new Promise<void>((resolve) => setImmediate(resolve));
  const add = (ms: number, callback: () => void): (() => void) => {
    order += 1;
    const timer: Timer = { at: now + Math.max(0, ms), order, callback };
    timers.add(timer);
    return () => timers.delete(timer);
  };
  const nextDue = (until: number): Timer | undefined => {
    let best: Timer | undefined;
    for (const timer of timers) {
      if (timer.at > until) continue;
      if (!best || timer.at < best.at || (timer.at === best.at && timer.order < best.order)) best = timer;
    }
    return best;
  };
  return {
    now: () => now + offset,
    monotonicMs: () => now - startMs,
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason);
        const cancel = add(ms, resolve);
        signal?.addEventListener('abort', () => {
          cancel();
          reject(signal.reason);
        });
      }),
    after: (ms, callback) => add(ms, callback),
    set: (nowMs) => {
      offset = nowMs - now;
    },
    get pendingTimers() {
      return timers.size;
    },
    async advance(ms) {
      const end = now + ms;
      await settle();
      for (let timer = nextDue(end); timer; timer = nextDue(end)) {
        timers.delete(timer);
        now = Math.max(now, timer.at);
        timer.callback();
        await settle();
      }
      now = end;
      await settle();
    },
  };
}
