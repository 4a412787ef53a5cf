/** Cron jobs and queues over the control API. */
import type { Backend } from '../../backend/backend.ts';
import type { CallOptions } from '../../backend/call-options.ts';
import type { CronJobStatus, CronRun } from '../../model/cron.ts';
import type { NewTask, QueueSummary, TaskAdded, TaskRun, TaskSummary } from '../../model/task-queue.ts';
import { paths, type WireTask } from '../../protocol/extension.ts';
import type { ControlClient } from './control-client.ts';

export function cronRole(client: ControlClient): NonNullable<Backend['cron']> {
  return {
    list: async (application, call) => {
      const path = paths.cron(application);
      return (await client.json<{ jobs: CronJobStatus[] }>({ method: 'GET', path, ...signalOf(call) })).jobs;
    },
    run: (application, url, call) =>
      client.json<CronRun>({ method: 'POST', path: paths.cronRun(application), body: { url }, ...signalOf(call) }),
  };
}

export function queuesRole(client: ControlClient): NonNullable<Backend['queues']> {
  return {
    list: async (application, call) => {
      const path = paths.queues(application);
      return (await client.json<{ queues: QueueSummary[] }>({ method: 'GET', path, ...signalOf(call) })).queues;
    },
    tasks: async (application, queue, call) => {
      const path = paths.tasks(application, queue);
      const query = call?.limit === undefined ? {} : { query: { limit: call.limit } };
      return (await client.json<{ tasks: TaskSummary[] }>({ method: 'GET', path, ...query, ...signalOf(call) })).tasks;
    },
    add: async (application, queue, tasks, call) => {
      const path = paths.tasks(application, queue);
      const body = { tasks: tasks.map(toWire) };
      return (await client.json<{ tasks: TaskAdded[] }>({ method: 'POST', path, body, ...signalOf(call) })).tasks;
    },
    change: async (application, queue, action, call) => {
      const path = paths.queue(application, queue);
      const body = { action };
      return (await client.json<{ tasks: number }>({ method: 'POST', path, body, ...signalOf(call) })).tasks;
    },
    runTask: (application, queue, task, call) =>
      client.json<TaskRun>({
        method: 'POST',
        path: paths.taskRun(application, queue, task),
        body: {},
        ...signalOf(call),
      }),
  };
}

function toWire({ payload, enqueuedBy: _isForRunningCode, ...task }: NewTask): WireTask {
  return { ...task, ...(payload === undefined ? {} : { payload: Buffer.from(payload).toString('base64') }) };
}

function signalOf(call: CallOptions | undefined): { readonly signal?: AbortSignal } {
  return call?.signal ? { signal: call.signal } : {};
}
