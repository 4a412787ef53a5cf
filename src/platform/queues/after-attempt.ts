/** What an attempt makes of a push task: done, tried again later, or given up. Pure. */
import type { QueueRetry } from '../../model/settings.ts';
import { nextAttemptAtMs, type RetryPolicy } from '../retry-policy.ts';
import type { StoredTask } from './stored-task.ts';
import type { TaskProgress } from './task-store.ts';

export interface TaskAttempt {
  readonly startedAtMs: number;
  readonly nowMs: number;
  /** 0 when there was no complete answer. */
  readonly status: number;
  /** False when it failed before an instance had it. */
  readonly reachedInstance: boolean;
}

export type TaskOutcome =
  | { readonly kind: 'done' }
  | { readonly kind: 'retried'; readonly progress: TaskProgress }
  | { readonly kind: 'given-up'; readonly attempts: number };

/** @param retry of the queue; the task's own wins as a whole */
export function afterTaskAttempt(task: StoredTask, retry: QueueRetry | undefined, attempt: TaskAttempt): TaskOutcome {
  const { startedAtMs, nowMs, status, reachedInstance } = attempt;
  if (status >= 200 && status < 300) return { kind: 'done' };
  const attempts = task.attempts + 1;
  const firstAttemptAtMs = task.firstAttemptAtMs ?? startedAtMs;
  const etaMs = nextAttemptAtMs(policyOf(task.retry ?? retry), { attempts, firstAttemptAtMs, nowMs });
  if (etaMs === undefined) return { kind: 'given-up', attempts };
  const executions = task.executions + (reachedInstance ? 1 : 0);
  return { kind: 'retried', progress: { etaMs, attempts, executions, firstAttemptAtMs, lastStatus: status } };
}

function policyOf(retry: QueueRetry = {}): RetryPolicy {
  const { taskRetryLimit, taskAgeLimitSeconds, ...backoff } = retry;
  return { ...backoff, limit: taskRetryLimit, ageLimitSeconds: taskAgeLimitSeconds };
}
