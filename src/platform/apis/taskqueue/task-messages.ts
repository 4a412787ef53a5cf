/** Between the platform's tasks and the protocol's. */
import type { QueueRetry } from '../../../model/settings.ts';
import {
  type LeasedTask,
  type NewTask,
  type QueueSummary,
  type TaskSummary,
  taskMethods,
} from '../../../model/task-queue.ts';
import {
  type AddRequest,
  type LeasedTaskMessage,
  PULL,
  type QueueMessage,
  type QueueStatsMessage,
  type RetryParameters,
  type TaskMessage,
} from '../protocol/taskqueue.ts';

/** @param enqueuedBy where the code that adds it runs */
export function newTask(request: AddRequest, enqueuedBy: NonNullable<NewTask['enqueuedBy']>): NewTask {
  const { task_name: name, eta_usec, url = '', method = 2, header, body, retry_parameters: retry, tag } = request;
  const common = {
    ...(name === '' ? {} : { name }),
    etaMs: eta_usec / 1000,
    ...(body === undefined ? {} : { payload: Uint8Array.from(body) }),
    ...(retry === undefined ? {} : { retry: retryOf(retry) }),
    enqueuedBy,
  };
  if (request.mode === PULL) return { ...common, mode: 'pull', ...(tag === undefined ? {} : { tag }) };
  const known = taskMethods[method - 1];
  return {
    ...common,
    mode: 'push',
    ...(known === undefined ? {} : { method: known }),
    ...(url === '' ? {} : { url }),
    headers: header.map(({ key, value }) => [key, value]),
  };
}

export function queueMessage(queue: QueueSummary): QueueMessage {
  return {
    queue_name: queue.name,
    bucket_refill_per_second: queue.ratePerSecond ?? 0,
    bucket_capacity: queue.bucketSize ?? 0,
    paused: queue.state !== 'running',
    ...(queue.retry === undefined ? {} : { retry_parameters: retryMessage(queue.retry) }),
    ...(queue.maxConcurrentRequests === undefined ? {} : { max_concurrent_requests: queue.maxConcurrentRequests }),
    mode: queue.mode === 'pull' ? PULL : 0,
  };
}

export function queueStatsMessage(queue: QueueSummary): QueueStatsMessage {
  const { executedLastMinute, running, enforcedRatePerSecond: rate } = queue;
  return {
    num_tasks: queue.tasks,
    oldest_eta_usec: queue.oldestEta === undefined ? -1 : micros(Date.parse(queue.oldestEta)),
    scanner_info: {
      executed_last_minute: executedLastMinute,
      // Only the last minute is counted; clients show both.
      executed_last_hour: executedLastMinute,
      sampling_duration_seconds: 60,
      requests_in_flight: running,
      ...(rate === undefined ? {} : { enforced_rate: rate }),
    },
  };
}

export function taskMessage(task: TaskSummary): TaskMessage {
  return {
    task_name: task.name,
    eta_usec: micros(Date.parse(task.eta)),
    url: task.url,
    method: taskMethods.indexOf(task.method) + 1,
    retry_count: task.attempts,
    body_size: task.size ?? 0,
    creation_time_usec: micros(Date.parse(task.createdAt)),
    ...(task.tag === undefined ? {} : { tag: task.tag }),
  };
}

export function leasedTaskMessage(task: LeasedTask): LeasedTaskMessage {
  return {
    task_name: task.name,
    eta_usec: micros(task.leasedUntilMs),
    retry_count: task.leases,
    body: task.payload,
    ...(task.tag === undefined ? {} : { tag: task.tag }),
  };
}

function retryOf(parameters: RetryParameters): QueueRetry {
  const retry = {
    taskRetryLimit: parameters.retry_limit,
    taskAgeLimitSeconds: parameters.age_limit_sec,
    minBackoffSeconds: parameters.min_backoff_sec,
    maxBackoffSeconds: parameters.max_backoff_sec,
    maxDoublings: parameters.max_doublings,
  };
  return Object.fromEntries(Object.entries(retry).filter(([, value]) => value !== undefined));
}

function retryMessage(retry: QueueRetry): RetryParameters {
  const parameters = {
    retry_limit: retry.taskRetryLimit,
    age_limit_sec: retry.taskAgeLimitSeconds,
    min_backoff_sec: retry.minBackoffSeconds,
    max_backoff_sec: retry.maxBackoffSeconds,
    max_doublings: retry.maxDoublings,
  };
  return Object.fromEntries(Object.entries(parameters).filter(([, value]) => value !== undefined));
}

function micros(ms: number): number {
  return Math.round(ms * 1000);
}
