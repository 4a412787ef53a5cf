/** The queues of an application and their tasks: looking at them, holding them, adding and running tasks by hand. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { requireRole } from '../backend/require-role.ts';
import { failure, messageOf } from '../errors.ts';
import type { NewTask, QueueAction, QueueSummary, TaskRun, TaskSummary } from '../model/task-queue.ts';
import { applyChange } from './apply-change.ts';
import type { ChangeResult, OperateContext } from './operate-context.ts';
import { watchRun } from './watched-run.ts';

export interface QueueTarget {
  readonly application: string;
  readonly queue: string;
}

export interface AddTaskRequest extends QueueTarget {
  readonly task: NewTask;
  /** Holds the payload, as the user named it. */
  readonly payloadFile?: string | undefined;
  readonly workingDirectory: string;
  readonly isDryRun: boolean;
}

export interface AddTaskResult extends ChangeResult {
  /** Of the task that was added. */
  readonly task?: string;
}

export interface TaskRunResult {
  readonly application: string;
  readonly outcome: 'done' | 'failed' | 'planned';
  readonly plan: readonly string[];
  readonly run?: TaskRun;
}

/** @throws AppcfgError `backend.unsupported`, `application.not-found` */
export async function listQueues(context: OperateContext, application: string): Promise<readonly QueueSummary[]> {
  return requireRole(context.backend, 'queues').list(application, { signal: context.signal });
}

/** The next ones. @throws AppcfgError `queue.not-found`, and as `listQueues` */
export async function listTasks(
  context: OperateContext,
  { application, queue, limit }: QueueTarget & { readonly limit: number },
): Promise<readonly TaskSummary[]> {
  return requireRole(context.backend, 'queues').tasks(application, queue, { limit, signal: context.signal });
}

/** What the action would change is in `plan`. @throws AppcfgError `queue.not-found`, `queue.disabled`, `queue.rate-zero` */
export async function changeQueue(
  context: OperateContext,
  request: QueueTarget & { readonly action: QueueAction; readonly isDryRun: boolean },
): Promise<ChangeResult> {
  const { application, queue, action, isDryRun } = request;
  const role = requireRole(context.backend, 'queues');
  const found = await findQueue(context, request);
  return applyChange(context, {
    application,
    what: `queue ${queue} was changing`,
    plan: planOf(found, action),
    isDryRun,
    run: async (options) => {
      await role.change(application, queue, action, options);
      return undefined;
    },
  });
}

/** @throws AppcfgError `queue.not-found`, `task.invalid`, `task.exists`, `task.name-used`, `queue.wrong-mode`, `queue.full`, `task.payload-unreadable` */
export async function addTask(context: OperateContext, request: AddTaskRequest): Promise<AddTaskResult> {
  const { application, queue, isDryRun } = request;
  const role = requireRole(context.backend, 'queues');
  const { mode } = await findQueue(context, request);
  const task: NewTask = { ...request.task, ...payloadOf(request) };
  const { name = 'a task', method = 'POST', url = `/_ah/queue/${queue}` } = task;
  const call = mode === 'pull' ? '' : ` (${method} ${url})`;
  let added: string | undefined;
  const result = await applyChange(context, {
    application,
    what: `a task was added to queue ${queue}`,
    plan: [`add ${name} to queue ${queue}${call}`],
    isDryRun,
    run: async (options) => {
      const [answer] = await role.add(application, queue, [task], options);
      if (answer?.outcome === 'exists') throw failure('task.exists', { queue, task: answer.name });
      if (answer?.outcome === 'name-used') throw failure('task.name-used', { queue, task: answer.name });
      added = answer?.name;
      return undefined;
    },
  });
  return { ...result, ...(added === undefined ? {} : { task: added }) };
}

/** Resolves when the try has ended. @throws AppcfgError `queue.not-found`, `queue.wrong-mode`, `task.not-found`, `task.running` */
export async function runTask(
  context: OperateContext,
  request: QueueTarget & { readonly task: string; readonly isDryRun: boolean },
): Promise<TaskRunResult> {
  const { application, queue, task, isDryRun } = request;
  const role = requireRole(context.backend, 'queues');
  await findQueue(context, request);
  const plan = [`run task ${task} of queue ${queue} now`];
  if (isDryRun) return { application, outcome: 'planned', plan };
  const run = await watchRun(context, {
    what: `task ${task} of queue ${queue} was running`,
    next: `appcfg queue tasks ${queue} -A ${application}`,
    start: (options) => role.runTask(application, queue, task, options),
  });
  return { application, outcome: run.outcome === 'done' ? 'done' : 'failed', plan, run };
}

async function findQueue(context: OperateContext, { application, queue }: QueueTarget): Promise<QueueSummary> {
  const queues = await listQueues(context, application);
  const found = queues.find(({ name }) => name === queue);
  if (!found) throw failure('queue.not-found', { application, queue, known: queues.map(({ name }) => name) });
  return found;
}

function planOf({ name, state, pausedBy, tasks }: QueueSummary, action: QueueAction): readonly string[] {
  switch (action) {
    case 'pause':
      return pausedBy === 'hand' ? [] : [`pause queue ${name}`];
    case 'resume':
      return state === 'running' ? [] : [`resume queue ${name}`];
    case 'purge':
      return tasks === 0 ? [] : [`drop ${tasks === 1 ? 'the only task' : `all ${tasks} tasks`} of queue ${name}`];
  }
}

function payloadOf({ payloadFile, workingDirectory }: AddTaskRequest): Pick<NewTask, 'payload'> {
  if (payloadFile === undefined) return {};
  try {
    return { payload: readFileSync(resolve(workingDirectory, payloadFile)) };
  } catch (error) {
    throw failure('task.payload-unreadable', { path: payloadFile, reason: messageOf(error) }, { cause: error });
  }
}
