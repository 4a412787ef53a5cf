/** Queues as the memory backend imagines them: no task runs by itself, and every one that is run by hand succeeds. */
import type { QueuesRole } from '../../backend/operator-roles.ts';
import { failure } from '../../errors.ts';
import type { Queue } from '../../model/settings.ts';
import {
  type NewTask,
  type QueueSummary,
  type TaskAdded,
  type TaskSummary,
  taskLimits,
  taskNamePattern,
} from '../../model/task-queue.ts';
import type { Clock } from '../../support/clock.ts';
import type { MemoryStore } from './memory-store.ts';

interface QueueState {
  isPaused: boolean;
  /** In order of their time. */
  tasks: readonly TaskSummary[];
  readonly usedNames: Set<string>;
}

interface FoundQueue {
  readonly settings: Queue;
  readonly state: QueueState;
}

const defaultQueue: Queue = { name: 'default', mode: 'push', ratePerSecond: 5, bucketSize: 5 };

export function memoryQueues(store: MemoryStore, clock: Clock): QueuesRole {
  const states = new Map<string, QueueState>();
  const queuesOf = (application: string): readonly FoundQueue[] => {
    const { queues } = store.require(application).live.settings.queues;
    const all = queues.some(({ name }) => name === defaultQueue.name) ? queues : [...queues, defaultQueue];
    return [...all]
      .sort((a, b) => (a.name < b.name ? -1 : 1))
      .map((settings) => {
        const key = `${application} ${settings.name}`;
        const state = states.get(key) ?? { isPaused: false, tasks: [], usedNames: new Set() };
        states.set(key, state);
        return { settings, state };
      });
  };
  const find = (application: string, queue: string): FoundQueue => {
    const all = queuesOf(application);
    const found = all.find(({ settings }) => settings.name === queue);
    if (!found)
      throw failure('queue.not-found', { application, queue, known: all.map(({ settings }) => settings.name) });
    return found;
  };
  return {
    list: async (application) => queuesOf(application).map(queueSummary),
    tasks: async (application, queue, options) => find(application, queue).state.tasks.slice(0, options?.limit ?? 100),
    add: async (application, queue, tasks) => addAll(find(application, queue), tasks, clock.now()),
    change: async (application, queue, action) => {
      const { settings, state } = find(application, queue);
      const { length } = state.tasks;
      if (action === 'resume' && settings.ratePerSecond === 0) throw failure('queue.rate-zero', { queue });
      if (action === 'purge') state.tasks = [];
      else state.isPaused = action === 'pause';
      return action === 'purge' ? length : 0;
    },
    runTask: async (application, queue, task) => {
      const { settings, state } = find(application, queue);
      const { mode } = settings;
      if (mode === 'pull') throw failure('queue.wrong-mode', { queue, mode, action: 'its tasks are leased, not run' });
      if (!state.tasks.some(({ name }) => name === task)) throw failure('task.not-found', { queue, task });
      state.tasks = state.tasks.filter(({ name }) => name !== task);
      return { name: task, status: 200, outcome: 'done', latencyMs: 0 };
    },
  };
}

function addAll({ settings, state }: FoundQueue, tasks: readonly NewTask[], nowMs: number): readonly TaskAdded[] {
  const limit = taskLimits.tasksPerAdd;
  if (tasks.length > limit) throw failure('task.too-many', { queue: settings.name, count: tasks.length, limit });
  const complete = tasks.map((task, index) =>
    completeTask(settings, task, { nowMs, spare: `task${state.usedNames.size + index + 1}` }),
  );
  return complete.map((task): TaskAdded => {
    const { name } = task;
    if (state.usedNames.has(name)) {
      return { outcome: state.tasks.some((other) => other.name === name) ? 'exists' : 'name-used', name };
    }
    state.usedNames.add(name);
    state.tasks = [...state.tasks, task].sort((a, b) => (a.eta < b.eta ? -1 : 1));
    return { outcome: 'added', name };
  });
}

function completeTask(
  { name: queue, mode }: Queue,
  task: NewTask,
  { nowMs, spare }: { readonly nowMs: number; readonly spare: string },
): TaskSummary {
  const { name = spare, method = 'POST', url = `/_ah/queue/${queue}`, tag } = task;
  if (task.mode !== undefined && task.mode !== mode) {
    throw failure('queue.wrong-mode', { queue, mode, action: `it takes no ${task.mode} tasks` });
  }
  const invalid = (reason: string) => failure('task.invalid', { queue, task: name, reason });
  if (!taskNamePattern.test(name))
    throw invalid('has a name that is not 1 to 500 letters, digits, hyphens and underscores');
  if (!url.startsWith('/')) throw invalid('has a URL that is not a path (and query) without spaces');
  return {
    name,
    eta: new Date(task.etaMs ?? nowMs + (task.delayMs ?? 0)).toISOString(),
    createdAt: new Date(nowMs).toISOString(),
    state: 'waiting',
    method,
    url,
    ...(tag === undefined ? {} : { tag }),
    size: task.payload?.length ?? 0,
    attempts: 0,
  };
}

function queueSummary({ settings, state }: FoundQueue): QueueSummary {
  const { acl: _, ...facts } = settings;
  const pausedBy = state.isPaused ? 'hand' : 'rate';
  const [oldest] = state.tasks;
  return {
    ...facts,
    ...(state.isPaused || settings.ratePerSecond === 0 ? { state: 'paused', pausedBy } : { state: 'running' }),
    tasks: state.tasks.length,
    ...(oldest ? { oldestEta: oldest.eta } : {}),
    running: 0,
    executedLastMinute: 0,
  };
}
