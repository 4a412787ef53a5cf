/** Checks a new task against App Engine's limits and gives it what it left out. Pure but for the name it is given. */
import { failure } from '../../errors.ts';
import type { Queue, QueueRetry } from '../../model/settings.ts';
import { type NewTask, taskLimits, taskMethods, taskNamePattern } from '../../model/task-queue.ts';
import type { TaskToAdd } from './stored-task.ts';

export interface AddFacts {
  /** Milliseconds since the epoch. */
  readonly nowMs: number;
  readonly newName: () => string;
}

/** Path and query, as they stand in a request line. */
const urlPattern = /^\/[\x21\x22\x24-\x7e]*$/;
const headerName = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
const targetPattern = /^(?!-)[a-z\d-]+(?:\.(?!-)[a-z\d-]+){0,2}$/;
/** Headers of the platform's own that SDKs send along when they add a task. */
const keptHeaders = new Set(['x-appengine-current-namespace', 'x-appengine-default-namespace']);
/** `: ` and the end of the line. */
const HEADER_OVERHEAD = 4;

/** @throws AppcfgError `task.invalid`, `queue.wrong-mode` */
export function completeTask(queue: Queue, task: NewTask, { nowMs, newName }: AddFacts): TaskToAdd {
  requireMode(queue, task);
  const reason =
    timeProblem(task, nowMs) ?? shapeProblem(task) ?? (queue.mode === 'pull' ? pullProblem(task) : pushProblem(task));
  if (reason !== undefined) throw invalid(queue, task, reason);
  const { method = 'POST', url = `/_ah/queue/${queue.name}`, payload, target, retry, tag, enqueuedBy } = task;
  const headers = (task.headers ?? []).filter(([name]) => isOwnHeader(name));
  const size = queue.mode === 'pull' ? (payload?.length ?? 0) : sizeOf({ method, url, headers, payload });
  const limit = queue.mode === 'pull' ? taskLimits.pullTaskBytes : taskLimits.pushTaskBytes;
  if (size > limit) throw invalid(queue, task, `has ${size} bytes; the limit of a ${queue.mode} task is ${limit}`);
  return {
    name: task.name ?? newName(),
    isNamed: task.name !== undefined,
    etaMs: Math.round(task.etaMs ?? nowMs + (task.delayMs ?? 0)),
    createdAtMs: nowMs,
    size,
    method,
    url,
    headers,
    payload,
    target,
    retry,
    tag,
    enqueuedBy,
  };
}

function invalid(queue: Queue, { name }: NewTask, reason: string) {
  return failure('task.invalid', { queue: queue.name, ...(name === undefined ? {} : { task: name }), reason });
}

function requireMode(queue: Queue, { mode = queue.mode }: NewTask): void {
  if (mode === queue.mode) return;
  throw failure('queue.wrong-mode', { queue: queue.name, mode: queue.mode, action: `it takes no ${mode} tasks` });
}

function timeProblem({ etaMs, delayMs }: NewTask, nowMs: number): string | undefined {
  if (etaMs !== undefined && delayMs !== undefined) return 'has both a time and a delay';
  const at = etaMs ?? nowMs + (delayMs ?? 0);
  if (!Number.isFinite(at) || at < 0) return 'has a time that is none';
  return at - nowMs > taskLimits.etaMs ? 'is more than 30 days ahead' : undefined;
}

function shapeProblem({ name, tag, retry }: NewTask): string | undefined {
  if (name !== undefined && !taskNamePattern.test(name)) {
    return 'has a name that is not 1 to 500 letters, digits, hyphens and underscores';
  }
  if (tag !== undefined && Buffer.byteLength(tag) > taskLimits.tagBytes) return 'has a tag of more than 500 bytes';
  return retry && retryProblem(retry);
}

function retryProblem(retry: QueueRetry): string | undefined {
  if (Object.values(retry).some((value) => typeof value !== 'number' || !Number.isFinite(value) || value < 0)) {
    return 'has a retry parameter that is not a number from 0 on';
  }
  const { minBackoffSeconds: least, maxBackoffSeconds: most } = retry;
  return least !== undefined && most !== undefined && least > most
    ? 'has a minimum back-off that is above the maximum'
    : undefined;
}

function pullProblem({ method, url, headers, target }: NewTask): string | undefined {
  const given = { method, url, header: headers?.[0], target };
  const [first] = Object.entries(given).find(([, value]) => value !== undefined) ?? [];
  return first === undefined ? undefined : `has a ${first}, and tasks of pull queues are called by nobody`;
}

function pushProblem({ method, url, headers = [], payload, target, tag }: NewTask): string | undefined {
  if (tag !== undefined) return 'has a tag, and only tasks of pull queues have one';
  if (method !== undefined && !taskMethods.includes(method))
    return `has a method that is not ${taskMethods.join(', ')}`;
  if (url !== undefined && !urlPattern.test(url)) return 'has a URL that is not a path (and query) without spaces';
  if ((url?.length ?? 0) > taskLimits.urlLength) return `has a URL of more than ${taskLimits.urlLength} characters`;
  if (payload !== undefined && method !== undefined && method !== 'POST' && method !== 'PUT') {
    return `has a payload, and ${method} has none`;
  }
  if (target !== undefined && !targetPattern.test(target))
    return 'has a target that is not [instance.][version.]module';
  if (target !== undefined && headers.some(([name]) => name.toLowerCase() === 'host')) {
    return 'has both a target and a Host header';
  }
  const wrong = headers.find(([name, value]) => !headerName.test(name) || !isHeaderValue(value));
  return wrong && `has the header ${JSON.stringify(wrong[0])}, whose name or value can't be sent`;
}

function isHeaderValue(value: string): boolean {
  for (let index = 0; index < value.length; index += 1) {
    const code = value.charCodeAt(index);
    if ((code < 0x20 && code !== 0x09) || code === 0x7f || code > 0xff) return false;
  }
  return true;
}

/** What only the platform may say of a request is left out, as App Engine leaves it out. */
function isOwnHeader(name: string): boolean {
  const key = name.toLowerCase();
  if (keptHeaders.has(key)) return true;
  return key !== 'content-length' && !key.startsWith('x-appengine-') && !key.startsWith('x-google-');
}

function sizeOf({ method, url, headers, payload }: Pick<TaskToAdd, 'method' | 'url' | 'headers' | 'payload'>): number {
  const head = headers.reduce((sum, [name, value]) => sum + name.length + value.length + HEADER_OVERHEAD, 0);
  return method.length + url.length + head + (payload?.length ?? 0);
}
