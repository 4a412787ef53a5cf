/** The request that runs a push task: where it goes, and the headers that tell the application about it. Pure. */
import type { Queue } from '../../model/settings.ts';
import { type LiveState, liveModule, liveVersion } from '../live-state.ts';
import type { InternalMarks, InternalRequest } from '../router/internal-request.ts';
import type { StoredTask } from './stored-task.ts';

export interface TaskApplication {
  readonly id: string;
  readonly defaultHostname: string;
  readonly live: LiveState;
}

export function taskRequest(application: TaskApplication, queue: Queue, task: StoredTask): InternalRequest {
  const { method, url, payload } = task;
  return {
    kind: 'task',
    application: application.id,
    method,
    path: url,
    headers: headersOf(queue, task),
    ...(payload === undefined ? {} : { body: payload }),
    ...destination(application, queue, task),
  };
}

/**
 * The queue's target wins over the task's own, as documented. Both are put before the application's host name, which
 * the router resolves as it does for everybody: dispatch rules apply unless a version is named. Without any, dispatch
 * rules and then the version that added the task; when that is gone, its module's traffic decides.
 */
export function destination(
  { defaultHostname, live }: TaskApplication,
  queue: Queue,
  task: Pick<StoredTask, 'target' | 'headers' | 'enqueuedBy'>,
): Pick<InternalMarks, 'host' | 'fallback'> {
  const target = queue.target ?? task.target;
  if (target !== undefined) return { host: `${target}.${defaultHostname}` };
  const host = task.headers.find(([name]) => name.toLowerCase() === 'host')?.[1];
  if (host !== undefined) return { host };
  if (!task.enqueuedBy) return {};
  const { module, version } = task.enqueuedBy;
  if (!liveModule(live, module)) return {};
  return { fallback: liveVersion(live, module, version) ? { module, version } : { module } };
}

function headersOf(queue: Queue, task: StoredTask): NonNullable<InternalRequest['headers']> {
  const own = task.headers.filter(([name]) => name.toLowerCase() !== 'host');
  const hasType = own.some(([name]) => name.toLowerCase() === 'content-type');
  return [
    ...own,
    ...(task.payload !== undefined && task.payload.length > 0 && !hasType
      ? [['Content-Type', 'application/octet-stream'] as const]
      : []),
    ['X-AppEngine-QueueName', queue.name],
    ['X-AppEngine-TaskName', task.name],
    ['X-AppEngine-TaskRetryCount', String(task.attempts)],
    ['X-AppEngine-TaskExecutionCount', String(task.executions)],
    ['X-AppEngine-TaskETA', (task.etaMs / 1000).toFixed(3)],
    // Only of a former attempt that was answered at all.
    ...(task.attempts > 0 && task.lastStatus
      ? [['X-AppEngine-TaskPreviousResponse', String(task.lastStatus)] as const]
      : []),
  ];
}
