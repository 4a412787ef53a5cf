/** The service `taskqueue`: the application's own queues, as its code sees them. */
import type { Clock } from '../../../support/clock.ts';
import type { TaskQueues } from '../../queues/task-queues.ts';
import { ApplicationError } from '../api-problem.ts';
import { type ApiCall, type ApiMethod, type ApiService, apiMethod } from '../api-service.ts';
import {
  type AddRequest,
  taskQueueErrors as codes,
  type LeaseMessage,
  taskQueueMessages as messages,
  type TaskResult,
} from '../protocol/taskqueue.ts';
import { leasedTaskMessage, newTask, queueMessage, queueStatsMessage, taskMessage } from './task-messages.ts';
import { addedCode, deletedCode, taskProblem, translated } from './task-problems.ts';

export interface TaskQueueParts {
  readonly clock: Clock;
  readonly queues: Pick<
    TaskQueues,
    'addTasks' | 'deleteTasks' | 'lease' | 'list' | 'modifyLease' | 'pause' | 'purge' | 'resume' | 'runNow' | 'tasks'
  >;
}

const MAX_ROWS = 1000;

export function createTaskQueueService(parts: TaskQueueParts): ApiService {
  return { ...addition(parts), ...leasing(parts), ...inspection(parts), ...control(parts) };
}

function addition(parts: TaskQueueParts): ApiService {
  const { queues } = parts;
  return {
    Add: apiMethod(messages.addRequest, messages.addResponse, async (request, call) => {
      const [added] = await addTasks(parts, [request], call);
      if (added?.result !== codes.ok) throw new ApplicationError(added?.result ?? codes.internalError, 'not added');
      return { chosen_task_name: added.chosen_task_name ?? request.task_name };
    }),
    BulkAdd: apiMethod(messages.bulkAddRequest, messages.bulkAddResponse, async ({ add_request }, call) => ({
      taskResult: await addTasks(parts, add_request, call),
    })),
    Delete: apiMethod(messages.deleteRequest, messages.deleteResponse, async ({ queue_name, task_name }, call) => {
      const deleted = await translated(() => queues.deleteTasks(applicationOf(call), queue_name, task_name));
      return { result: deleted.map(deletedCode) };
    }),
  };
}

function leasing({ queues }: TaskQueueParts): ApiService {
  return {
    QueryAndOwnTasks: apiMethod(messages.queryAndOwnRequest, messages.queryAndOwnResponse, async (request, call) => {
      const lease = leaseOf(request);
      const leased = await translated(() => queues.lease(applicationOf(call), request.queue_name, lease));
      return { task: leased.map(leasedTaskMessage) };
    }),
    ModifyTaskLease: apiMethod(messages.modifyLeaseRequest, messages.modifyLeaseResponse, async (request, call) => {
      const { queue_name, task_name: task, eta_usec, lease_seconds: seconds } = request;
      const lease = { task, leasedUntilMs: Math.round(eta_usec / 1000), seconds };
      const until = await translated(() => queues.modifyLease(applicationOf(call), queue_name, lease));
      return { updated_eta_usec: Math.round(until * 1000) };
    }),
  };
}

function inspection({ queues }: TaskQueueParts): ApiService {
  const rows = (call: ApiCall, queue: string, limit: number) =>
    translated(() => queues.tasks(applicationOf(call), queue, Math.min(Math.max(limit, 1), MAX_ROWS)));
  return {
    FetchQueues: apiMethod(messages.empty, messages.fetchQueuesResponse, async (_, call) => ({
      queue: (await translated(() => queues.list(applicationOf(call)))).map(queueMessage),
    })),
    FetchQueueStats: apiMethod(
      messages.fetchQueueStatsRequest,
      messages.fetchQueueStatsResponse,
      async ({ queue_name: names }, call) => {
        const all = await translated(() => queues.list(applicationOf(call)));
        return {
          queueStats: names.map((name) => {
            const queue = all.find((one) => one.name === name);
            if (!queue) throw new ApplicationError(codes.unknownQueue, `there is no queue ${name}`);
            return queueStatsMessage(queue);
          }),
        };
      },
    ),
    QueryTasks: apiMethod(messages.queryTasksRequest, messages.queryTasksResponse, async (request, call) => ({
      task: (await rows(call, request.queue_name, request.max_rows ?? 1)).map(taskMessage),
    })),
    FetchTask: apiMethod(messages.taskName, messages.fetchTaskResponse, async ({ queue_name, task_name }, call) => {
      const found = (await rows(call, queue_name, MAX_ROWS)).find(({ name }) => name === task_name);
      if (!found) throw new ApplicationError(codes.unknownTask, `there is no task ${task_name}`);
      return { task: { task: [taskMessage(found)] } };
    }),
  };
}

function control({ queues }: TaskQueueParts): ApiService {
  const forbidden: ApiMethod = async () => {
    throw new ApplicationError(codes.permissionDenied, 'queues are declared in queue.yaml');
  };
  return {
    ForceRun: apiMethod(messages.taskName, messages.forceRunResponse, async ({ queue_name, task_name }, call) => {
      await translated(() => queues.runNow(applicationOf(call), queue_name, task_name));
      return { result: codes.ok };
    }),
    PurgeQueue: apiMethod(messages.queueName, messages.empty, async ({ queue_name }, call) => {
      await translated(() => queues.purge(applicationOf(call), queue_name));
      return {};
    }),
    PauseQueue: apiMethod(messages.pauseQueueRequest, messages.empty, async ({ queue_name, pause }, call) => {
      await translated(() => queues[pause ? 'pause' : 'resume'](applicationOf(call), queue_name));
      return {};
    }),
    UpdateQueue: forbidden,
    DeleteQueue: forbidden,
    DeleteGroup: forbidden,
    UpdateStorageLimit: forbidden,
  };
}

/** One result a task. When one is wrong by itself, none is added and the others are skipped. */
async function addTasks(
  { queues, clock }: TaskQueueParts,
  requests: readonly AddRequest[],
  call: ApiCall,
): Promise<readonly TaskResult[]> {
  const [first] = requests;
  if (!first) return [];
  if (requests.some(({ queue_name }) => queue_name !== first.queue_name)) {
    throw new ApplicationError(codes.invalidQueueName, 'tasks that are added together belong to one queue');
  }
  const problems = requests.map((request) => taskProblem(request, clock.now()));
  if (problems.some((problem) => problem !== undefined)) {
    return problems.map((problem) => ({ result: problem ?? codes.skipped }));
  }
  const { module, version } = call.caller.deployment;
  const tasks = requests.map((request) => newTask(request, { module, version }));
  const added = await translated(() => queues.addTasks(applicationOf(call), first.queue_name, tasks));
  return added.map((one) => ({ result: addedCode(one), chosen_task_name: one.name }));
}

function leaseOf({ max_tasks: count, lease_seconds: seconds, group_by_tag, tag }: LeaseMessage) {
  return { count, seconds, groupByTag: group_by_tag === true, ...(tag === undefined ? {} : { tag }) };
}

function applicationOf({ caller }: ApiCall): string {
  return caller.deployment.application;
}
