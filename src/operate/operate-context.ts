/** What every use case besides deploy works with, and what the changing ones answer. */
import type { Backend } from '../backend/backend.ts';
import type { Reporter } from '../progress/reporter.ts';
import type { Clock } from '../support/clock.ts';

export interface OperateContext {
  readonly backend: Backend;
  readonly clock: Clock;
  /** Aborts on Ctrl-C. */
  readonly signal: AbortSignal;
  readonly reporter?: Reporter;
  /** For where neither the command nor a file names an application. */
  readonly defaultApplication?: string;
}

export interface ChangeResult {
  readonly application: string;
  /** planned: only shown; unchanged: it was so already. */
  readonly outcome: 'done' | 'unchanged' | 'planned';
  /** Lines for people: what changes, in order. Empty when nothing does. */
  readonly plan: readonly string[];
  /** Of the backend's work; absent when nothing was changed. */
  readonly operation?: string;
  /** That is live afterwards, where the backend says so. */
  readonly release?: string;
}
