/** Queues and tasks as people and clients see them. Pure. */
import type { Queue } from '../../model/settings.ts';
import type { QueueSummary, TaskSummary } from '../../model/task-queue.ts';
import { paceOf } from './queue-settings.ts';
import type { StoredTask } from './stored-task.ts';

export interface QueueFacts {
  readonly settings: Queue;
  readonly isPaused: boolean;
  readonly isDeclared: boolean;
  readonly tasks: number;
  readonly oldestEtaMs: number | undefined;
  /** Of push queues. */
  readonly work:
    | { readonly running: number; readonly executedLastMinute: number; readonly enforcedRate: number }
    | undefined;
}

export function queueSummary(facts: QueueFacts): QueueSummary {
  const { settings, tasks, oldestEtaMs, work } = facts;
  const { name, mode, target, retry } = settings;
  return {
    name,
    mode,
    ...stateOf(facts),
    ...(mode === 'push' ? paceFacts(settings, work?.enforcedRate ?? 0) : {}),
    ...(target === undefined ? {} : { target }),
    ...(retry === undefined ? {} : { retry }),
    tasks,
    ...(oldestEtaMs === undefined ? {} : { oldestEta: timestamp(oldestEtaMs) }),
    running: work?.running ?? 0,
    executedLastMinute: work?.executedLastMinute ?? 0,
  };
}

export function taskSummary(task: StoredTask, state: TaskSummary['state']): TaskSummary {
  const { name, etaMs, createdAtMs, method, url, tag, size, attempts, lastStatus } = task;
  return {
    name,
    eta: timestamp(etaMs),
    createdAt: timestamp(createdAtMs),
    state,
    method,
    url,
    ...(tag === undefined ? {} : { tag }),
    size,
    attempts,
    ...(lastStatus === undefined ? {} : { lastStatus }),
  };
}

function stateOf({ settings, isPaused, isDeclared }: QueueFacts): Pick<QueueSummary, 'state' | 'pausedBy'> {
  if (!isDeclared) return { state: 'disabled' };
  if (isPaused) return { state: 'paused', pausedBy: 'hand' };
  if (settings.mode === 'push' && !paceOf(settings).rate) return { state: 'paused', pausedBy: 'rate' };
  return { state: 'running' };
}

function paceFacts(settings: Queue, enforcedRatePerSecond: number): Partial<QueueSummary> {
  const { rate, maxConcurrent } = paceOf(settings);
  return {
    ratePerSecond: rate?.perSecond ?? 0,
    enforcedRatePerSecond,
    ...(rate ? { bucketSize: rate.size } : {}),
    maxConcurrentRequests: maxConcurrent,
  };
}

function timestamp(ms: number): string {
  return new Date(ms).toISOString();
}
