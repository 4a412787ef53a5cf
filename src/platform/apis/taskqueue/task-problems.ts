/** From the platform's failures to the task queue service's codes. */
import { type ErrorCode, isAppcfgError, messageOf } from '../../../errors.ts';
import { type TaskAdded, type TaskDeleted, taskLimits, taskNamePattern } from '../../../model/task-queue.ts';
import { ApplicationError, RpcError } from '../api-problem.ts';
import { type AddRequest, taskQueueErrors as codes, PULL } from '../protocol/taskqueue.ts';

const codesByFailure: Partial<Record<ErrorCode, number>> = {
  'application.not-found': codes.unknownQueue,
  'queue.not-found': codes.unknownQueue,
  'queue.disabled': codes.tombstonedQueue,
  'queue.paused': codes.queuePaused,
  'queue.rate-zero': codes.queuePaused,
  'queue.wrong-mode': codes.invalidQueueMode,
  'task.invalid': codes.invalidRequest,
  'task.too-many': codes.tooManyTasks,
  'task.not-found': codes.unknownTask,
  'task.lease-invalid': codes.invalidRequest,
  'task.lease-expired': codes.taskLeaseExpired,
};

/** Throws what the caller's SDK understands. */
export async function translated<T>(work: () => T | Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!isAppcfgError(error)) throw error;
    if (error.code === 'queue.full') throw new RpcError('overQuota', error.message);
    const code = codesByFailure[error.code];
    if (code === undefined) throw new ApplicationError(codes.internalError, messageOf(error));
    throw new ApplicationError(code, error.message);
  }
}

/** The code for what is wrong with one task by itself; undefined when nothing is. */
export function taskProblem(task: AddRequest, nowMs: number): number | undefined {
  if (task.task_name !== '' && !taskNamePattern.test(task.task_name)) return codes.invalidTaskName;
  if (task.eta_usec < 0 || task.eta_usec / 1000 - nowMs > taskLimits.etaMs) return codes.invalidEta;
  const limit = task.mode === PULL ? taskLimits.pullTaskBytes : taskLimits.pushTaskBytes;
  if ((task.body?.length ?? 0) > limit) return codes.taskTooLarge;
  if (task.mode !== PULL && !isUrl(task.url ?? '')) return codes.invalidUrl;
  if (Buffer.byteLength(task.tag ?? '') > taskLimits.tagBytes) return codes.invalidTag;
  // There is no datastore here whose transaction it could belong to.
  return task.transaction || task.datastore_transaction ? codes.invalidRequest : undefined;
}

export function addedCode({ outcome }: TaskAdded): number {
  switch (outcome) {
    case 'added':
      return codes.ok;
    case 'exists':
      return codes.taskAlreadyExists;
    case 'name-used':
      return codes.tombstonedTask;
  }
}

export function deletedCode(outcome: TaskDeleted): number {
  switch (outcome) {
    case 'deleted':
      return codes.ok;
    case 'gone-before':
      return codes.tombstonedTask;
    case 'not-found':
      return codes.unknownTask;
  }
}

function isUrl(url: string): boolean {
  return url.length <= taskLimits.urlLength && (url === '' || url.startsWith('/'));
}
