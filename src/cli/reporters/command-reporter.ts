/** A reporter as the command line needs it: it can also be ended, and it keeps what must not get lost. */
import type { Reporter } from '../../progress/reporter.ts';

export interface CommandReporter extends Reporter {
  /** Stops drawing. Called once, whether the command succeeded or not, before any result or error is printed. */
  close(outcome: 'succeeded' | 'failed'): Promise<void>;
}
