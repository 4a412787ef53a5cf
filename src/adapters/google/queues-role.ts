/** Task queues as Cloud Tasks has them: what they hold, and holding them. Adding and running tasks is left to Google's tools. */
import type { CallOptions } from '../../backend/call-options.ts';
import type { QueuesRole } from '../../backend/operator-roles.ts';
import { failure } from '../../errors.ts';
import { type QueueSummary, type TaskMethod, type TaskSummary, taskMethods } from '../../model/task-queue.ts';
import type { GoogleContext } from './google-context.ts';
import type { KnownApplication } from './known-application.ts';
import { httpStatusOf } from './rpc-status.ts';
import { liveQueues, type QueueResource, queueAction, queueOf, queuePath, shortName } from './settings/queues.ts';
import type { SettingsCall } from './settings/settings-access.ts';

interface CallResource {
  readonly httpMethod?: string;
  readonly relativeUri?: string;
  readonly url?: string;
}

interface TaskResource {
  readonly name: string;
  readonly createTime?: string;
  readonly scheduleTime?: string;
  readonly dispatchCount?: number;
  readonly responseCount?: number;
  readonly lastAttempt?: { readonly responseTime?: string; readonly responseStatus?: { readonly code?: number } };
  readonly appEngineHttpRequest?: CallResource;
  readonly httpRequest?: CallResource;
}

const USUAL_TASKS = 100;
const MOST_OF_A_PAGE = 1000;

export function queuesRole(
  context: GoogleContext,
  known: (application: string, call?: CallOptions) => Promise<KnownApplication>,
): QueuesRole {
  const open = async (application: string, call: CallOptions = {}): Promise<SettingsCall> => {
    const { home } = await known(application, call);
    return { context, home, signal: call.signal };
  };
  const require = async (application: string, queue: string, call?: CallOptions) => {
    const settings = await open(application, call);
    const all = await liveQueues(settings, { withStats: true });
    const found = all.find((candidate) => shortName(candidate) === queue);
    if (!found) throw failure('queue.not-found', { application, queue, known: all.map(shortName) });
    return { settings, found };
  };
  return {
    list: async (application, call) =>
      (await liveQueues(await open(application, call), { withStats: true })).map(summaryOf),
    tasks: async (application, queue, { limit = USUAL_TASKS, ...call } = {}) => {
      const { settings } = await require(application, queue, call);
      const path = `${await queuePath(settings, queue)}/tasks`;
      const query = { responseView: 'BASIC', pageSize: MOST_OF_A_PAGE };
      const request = { api: 'tasks', method: 'GET', path, query, signal: call.signal } as const;
      const tasks = (await context.client.list<TaskResource>(request, 'tasks')) ?? [];
      return tasks
        .map(taskOf)
        .sort((a, b) => Date.parse(a.eta) - Date.parse(b.eta))
        .slice(0, limit);
    },
    change: async (application, queue, action, call) => {
      const { settings, found } = await require(application, queue, call);
      if (found.state === 'DISABLED') throw failure('queue.disabled', { queue });
      await queueAction(settings, queue, action);
      return action === 'purge' ? Number(found.stats?.tasksCount ?? 0) : 0;
    },
    add: async (_application, queue) => {
      const advice = `Add it with Google's own: gcloud tasks create-app-engine-task --queue ${queue}`;
      throw failure('google.unsupported', { what: 'adding a task from here', advice });
    },
    runTask: async (_application, queue, task) => {
      const advice = `Run it with Google's own: gcloud tasks run ${task} --queue ${queue}`;
      throw failure('google.unsupported', { what: 'running a task and telling how it ended', advice });
    },
  };
}

function summaryOf(queue: QueueResource): QueueSummary {
  const { state = 'RUNNING', stats = {} } = queue;
  const { ratePerSecond, ...facts } = queueOf(queue);
  const count = (text: string | undefined) => Number(text ?? 0);
  const isPaused = state === 'PAUSED';
  return {
    ...facts,
    state: isPaused ? 'paused' : state === 'DISABLED' ? 'disabled' : 'running',
    // Whether by a rate of 0 Google does not know.
    ...(isPaused ? { pausedBy: 'hand' } : {}),
    ...(ratePerSecond === undefined ? {} : { ratePerSecond }),
    ...(stats.effectiveExecutionRate === undefined ? {} : { enforcedRatePerSecond: stats.effectiveExecutionRate }),
    tasks: count(stats.tasksCount),
    ...(stats.oldestEstimatedArrivalTime === undefined ? {} : { oldestEta: stats.oldestEstimatedArrivalTime }),
    running: count(stats.concurrentDispatchesCount),
    executedLastMinute: count(stats.executedLastMinuteCount),
  };
}

function taskOf(task: TaskResource): TaskSummary {
  const { name, createTime = '', scheduleTime = createTime, dispatchCount = 0, responseCount = 0 } = task;
  const call = task.appEngineHttpRequest ?? task.httpRequest ?? {};
  const ended = task.lastAttempt?.responseTime !== undefined;
  return {
    name: name.split('/').at(-1) ?? name,
    eta: scheduleTime,
    createdAt: createTime,
    state: dispatchCount > responseCount ? 'running' : 'waiting',
    method: methodOf(call.httpMethod),
    url: call.relativeUri ?? call.url ?? '/',
    attempts: responseCount,
    ...(ended ? { lastStatus: httpStatusOf(task.lastAttempt?.responseStatus) } : {}),
  };
}

function methodOf(text: string | undefined): TaskMethod {
  return taskMethods.find((method) => method === text) ?? 'POST';
}
