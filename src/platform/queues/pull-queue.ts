/** Pull queues: tasks are leased for a time, and come back unless they are deleted before it is over. */
import { failure } from '../../errors.ts';
import type { Queue } from '../../model/settings.ts';
import { type LeasedTask, type LeaseRequest, taskLimits } from '../../model/task-queue.ts';
import type { QueueName, StoredTask } from './stored-task.ts';
import type { TaskStore } from './task-store.ts';

/** @throws AppcfgError `task.lease-invalid` */
export function checkLease(queue: string, { count, seconds, tag, groupByTag }: LeaseRequest): void {
  const invalid = (reason: string) => failure('task.lease-invalid', { queue, reason });
  if (!Number.isInteger(count) || count < 1 || count > taskLimits.tasksPerLease) {
    throw invalid(`${count} is no number of tasks from 1 to ${taskLimits.tasksPerLease}`);
  }
  const problem = secondsProblem(seconds);
  if (problem !== undefined) throw invalid(problem);
  if (tag !== undefined && groupByTag === false) throw invalid('a tag was given, but not to group by it');
}

export function secondsProblem(seconds: number): string | undefined {
  if (Number.isFinite(seconds) && seconds >= 0 && seconds <= taskLimits.leaseSeconds) return undefined;
  return `${seconds} is no time from 0 to ${taskLimits.leaseSeconds} seconds`;
}

export interface LeaseFacts {
  readonly tasks: TaskStore;
  readonly name: QueueName;
  readonly queue: Queue;
  readonly nowMs: number;
  /** Called for each task that was leased as often as the queue allows, and is gone now. */
  readonly onGivenUp: (task: StoredTask) => void;
}

/** Runs within a transaction of the caller's. */
export function leaseTasks(facts: LeaseFacts, request: LeaseRequest): readonly LeasedTask[] {
  const { tasks, name, nowMs } = facts;
  const found = tasks.leasable(name, { nowMs, limit: request.count, tag: leasedTag(facts, request) });
  return takeOver(facts, found, request.seconds);
}

/** undefined: any; null: those without one, which are a group as well. */
function leasedTag({ tasks, name, nowMs }: LeaseFacts, { tag, groupByTag }: LeaseRequest): string | null | undefined {
  if (tag !== undefined || groupByTag !== true) return tag;
  const [oldest] = tasks.leasable(name, { nowMs, limit: 1 });
  return oldest && (oldest.tag ?? null);
}

function takeOver(facts: LeaseFacts, found: readonly StoredTask[], seconds: number): readonly LeasedTask[] {
  const { tasks, queue, nowMs, onGivenUp } = facts;
  const leasedUntilMs = Math.round(nowMs + seconds * 1000);
  return found.flatMap((task): LeasedTask[] => {
    const leases = task.attempts + 1;
    const limit = (task.retry ?? queue.retry)?.taskRetryLimit;
    if (limit !== undefined && leases > Math.max(1, limit)) {
      tasks.remove(task.id, nowMs + taskLimits.usedNameMs);
      onGivenUp(task);
      return [];
    }
    const { executions, lastStatus } = task;
    const firstAttemptAtMs = task.firstAttemptAtMs ?? nowMs;
    tasks.reschedule(task.id, { etaMs: leasedUntilMs, attempts: leases, executions, firstAttemptAtMs, lastStatus });
    const { tag, payload = new Uint8Array() } = task;
    return [{ name: task.name, payload, ...(tag === undefined ? {} : { tag }), leasedUntilMs, leases }];
  });
}

/**
 * Runs within a transaction of the caller's. Answers the new end, or why there is none.
 * @param lease the end that the holder knows: somebody else may have leased the task meanwhile
 */
export function changeLease(
  { tasks, name, nowMs }: Pick<LeaseFacts, 'tasks' | 'name' | 'nowMs'>,
  lease: { readonly task: string; readonly leasedUntilMs: number },
  seconds: number,
): number | 'not-found' | 'expired' {
  const task = tasks.find(name, lease.task);
  if (!task) return 'not-found';
  if (task.attempts === 0 || task.etaMs !== lease.leasedUntilMs || task.etaMs <= nowMs) return 'expired';
  const { attempts, executions, firstAttemptAtMs, lastStatus } = task;
  const etaMs = Math.round(nowMs + seconds * 1000);
  tasks.reschedule(task.id, { etaMs, attempts, executions, firstAttemptAtMs, lastStatus });
  return etaMs;
}
