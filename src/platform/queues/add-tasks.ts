/** Adds tasks to a queue: checked first, then written in one transaction, each name once. */
import { failure } from '../../errors.ts';
import { type NewTask, type TaskAdded, taskLimits } from '../../model/task-queue.ts';
import type { GroupCommit } from '../store/group-commit.ts';
import { type AddFacts, completeTask } from './check-task.ts';
import type { ActiveQueue } from './queue-registry.ts';
import type { TaskStore } from './task-store.ts';

export interface AddParts {
  readonly tasks: TaskStore;
  readonly commits: GroupCommit;
  readonly active: Pick<ActiveQueue, 'name' | 'settings'>;
  /** Bytes that all tasks of the application may take. */
  readonly storageLimit: number | undefined;
  readonly facts: AddFacts;
}

/** @throws AppcfgError `task.invalid`, `task.too-many`, `queue.wrong-mode`, `queue.full`; nothing was added then */
export async function addToQueue(parts: AddParts, wanted: readonly NewTask[]): Promise<readonly TaskAdded[]> {
  const { tasks, commits, active, storageLimit, facts } = parts;
  const { application, queue } = active.name;
  const limit = taskLimits.tasksPerAdd;
  if (wanted.length > limit) throw failure('task.too-many', { queue, count: wanted.length, limit });
  const complete = wanted.map((task) => completeTask(active.settings, task, facts));
  const bytes = complete.reduce((sum, task) => sum + task.size, 0);
  const added = await commits.run(() => {
    if (storageLimit !== undefined && tasks.storage(application) + bytes > storageLimit) return undefined;
    return complete.map((task): TaskAdded => {
      const state = task.isNamed ? tasks.nameState(active.name, task.name, facts.nowMs) : 'free';
      if (state !== 'free') return { outcome: state === 'used' ? 'name-used' : 'exists', name: task.name };
      tasks.insert(active.name, task);
      return { outcome: 'added', name: task.name };
    });
  });
  if (!added) throw failure('queue.full', { application, limit: storageLimit ?? 0 });
  return added;
}
