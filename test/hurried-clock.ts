/** The machine's clock for clients of a server that is close: pauses between two questions are a fraction of what they are. */
import { type Clock, systemClock } from '../src/support/clock.ts';

/** What time it is, and what happens after a time, is as it is: only who sleeps is woken early. */
export const hurriedClock: Clock = {
  ...systemClock,
  sleep: (ms, signal) => systemClock.sleep(ms / 20, signal),
};
