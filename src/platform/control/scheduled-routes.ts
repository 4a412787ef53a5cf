/** The routes of what runs by itself: cron jobs, queues and tasks. */

import { z } from 'zod';
import { type NewTask, type QueueAction, queueActions, taskLimits, taskMethods } from '../../model/task-queue.ts';
import { paths, type WireTask } from '../../protocol/extension.ts';
import { deploys, views } from '../access/route-access.ts';
import type { CronScheduler } from '../cron/cron-scheduler.ts';
import type { TaskQueues } from '../queues/task-queues.ts';
import { readJson } from './json-body.ts';
import type { Route, RouteRequest } from './route-table.ts';
import { queueRetry } from './schemas.ts';

export interface ScheduledParts {
  readonly cron: CronScheduler;
  readonly queues: TaskQueues;
}

const MOST_LISTED = 1000;

const runSchema = z.object({ url: z.string().max(4096) });
const actionSchema = z.object({ action: z.enum(queueActions as [QueueAction, ...QueueAction[]]) });
const taskSchema = z.object({
  name: z.string().max(1000),
  etaMs: z.number(),
  delayMs: z.number(),
  method: z.enum(taskMethods as [string, ...string[]]),
  url: z.string().max(10_000),
  headers: z.array(z.tuple([z.string().max(1000), z.string().max(64 * 1024)])).max(500),
  payload: z.base64().max(2 * taskLimits.pullTaskBytes),
  target: z.string().max(256),
  retry: queueRetry,
  tag: z.string().max(1000),
  mode: z.enum(['push', 'pull']),
});
const tasksSchema = z.object({ tasks: z.array(taskSchema.partial()).max(1000) }) as unknown as z.ZodType<{
  readonly tasks: readonly WireTask[];
}>;

export function scheduledRoutes(parts: ScheduledParts): readonly Route[] {
  return [...cronRoutes(parts), ...queueRoutes(parts)];
}

function cronRoutes({ cron }: ScheduledParts): readonly Route[] {
  return [
    {
      method: 'GET',
      pattern: pattern(paths.cron),
      access: views,
      handler: ({ parameters }) => ({ jobs: cron.list(appOf(parameters)) }),
    },
    {
      method: 'POST',
      pattern: pattern(paths.cronRun),
      access: deploys('run cron job'),
      handler: async ({ message, parameters }) =>
        cron.runNow(appOf(parameters), (await readJson(message, runSchema)).url),
    },
  ];
}

function queueRoutes({ queues }: ScheduledParts): readonly Route[] {
  return [
    {
      method: 'GET',
      pattern: pattern(paths.queues),
      access: views,
      handler: ({ parameters }) => ({ queues: queues.list(appOf(parameters)) }),
    },
    {
      method: 'POST',
      pattern: pattern(paths.queue),
      access: deploys('change queue'),
      handler: (request) => changeQueue(queues, request),
    },
    {
      method: 'GET',
      pattern: pattern(paths.tasks),
      access: views,
      handler: ({ parameters, query }) => {
        const limit = Math.min(MOST_LISTED, Math.max(1, Math.floor(Number(query.get('limit') ?? 100)) || 100));
        return { tasks: queues.tasks(appOf(parameters), parameters.queue ?? '', limit) };
      },
    },
    {
      method: 'POST',
      pattern: pattern(paths.tasks),
      access: deploys('add tasks'),
      handler: async ({ message, parameters }) => {
        const { tasks } = await readJson(message, tasksSchema);
        return { tasks: await queues.addTasks(appOf(parameters), parameters.queue ?? '', tasks.map(fromWire)) };
      },
    },
    {
      method: 'POST',
      pattern: pattern(paths.taskRun),
      access: deploys('run task'),
      handler: ({ parameters }) => queues.runNow(appOf(parameters), parameters.queue ?? '', parameters.task ?? ''),
    },
  ];
}

async function changeQueue(queues: TaskQueues, { message, parameters }: RouteRequest): Promise<unknown> {
  const { action } = await readJson(message, actionSchema);
  const application = appOf(parameters);
  const queue = parameters.queue ?? '';
  switch (action) {
    case 'pause':
      await queues.pause(application, queue);
      return { tasks: 0 };
    case 'resume':
      await queues.resume(application, queue);
      return { tasks: 0 };
    case 'purge':
      return { tasks: await queues.purge(application, queue) };
  }
}

function fromWire({ payload, ...task }: WireTask): NewTask {
  return { ...task, ...(payload === undefined ? {} : { payload: Buffer.from(payload, 'base64') }) };
}

/** The path functions called with `:x` parts give the patterns, so that a path is written once. */
function pattern(path: (id: string, queue: string, task: string) => string): string {
  return path(':app', ':queue', ':task').replaceAll('%3A', ':');
}

function appOf(parameters: Readonly<Record<string, string>>): string {
  return parameters.app ?? '';
}
