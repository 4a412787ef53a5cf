/** Tasks in the platform's state: rows in, rows out. */

import type { QueueRetry } from '../../model/settings.ts';
import type { NewTask, TaskMethod } from '../../model/task-queue.ts';
import type { SqlRow, StateStore } from '../store/state-store.ts';
import type { QueueName, StoredTask, TaskToAdd } from './stored-task.ts';

/** Everything but the payload, which may be large. */
const FACTS = `id, name, is_named, eta, created_at, size, tag, attempts, executions, first_attempt_at, last_status,
  method, url, target, enqueued_by, retry, headers`;
const OF_QUEUE = 'application = ? AND queue = ?';

/** What a failed attempt or a lease makes of a task. */
export interface TaskProgress {
  readonly etaMs: number;
  readonly attempts: number;
  readonly executions: number;
  readonly firstAttemptAtMs: number | undefined;
  readonly lastStatus: number | undefined;
}

export class TaskStore {
  readonly #store: StateStore;

  constructor(store: StateStore) {
    this.#store = store;
  }

  insert({ application, queue }: QueueName, task: TaskToAdd): void {
    this.#store.run(
      `INSERT INTO tasks (application, queue, name, is_named, eta, created_at, size, tag, method, url, target, enqueued_by,
         retry, headers, payload) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      application,
      queue,
      task.name,
      task.isNamed ? 1 : 0,
      task.etaMs,
      task.createdAtMs,
      task.size,
      task.tag ?? null,
      task.method,
      task.url,
      task.target ?? null,
      task.enqueuedBy ? JSON.stringify(task.enqueuedBy) : null,
      task.retry ? JSON.stringify(task.retry) : null,
      JSON.stringify(task.headers),
      task.payload ? Buffer.from(task.payload).toString('base64') : null,
    );
  }

  find({ application, queue }: QueueName, name: string): StoredTask | undefined {
    const row = this.#store.get(`SELECT ${FACTS} FROM tasks WHERE ${OF_QUEUE} AND name = ?`, application, queue, name);
    return row && toTask(row);
  }

  /** With its payload. */
  load(id: number): StoredTask | undefined {
    const row = this.#store.get(`SELECT ${FACTS}, payload FROM tasks WHERE id = ?`, id);
    return row && toTask(row);
  }

  /** Those whose time has come, longest due first. */
  due({ application, queue }: QueueName, nowMs: number, limit: number): readonly number[] {
    return this.#store
      .all(
        `SELECT id FROM tasks WHERE ${OF_QUEUE} AND eta <= ? ORDER BY eta, id LIMIT ?`,
        application,
        queue,
        nowMs,
        limit,
      )
      .map((row) => Number(row.id));
  }

  /** The next time, after a moment, that a task is due. */
  nextEta({ application, queue }: QueueName, afterMs: number): number | undefined {
    const row = this.#store.get(
      `SELECT MIN(eta) AS eta FROM tasks WHERE ${OF_QUEUE} AND eta > ?`,
      application,
      queue,
      afterMs,
    );
    return numberOf(row?.eta);
  }

  /** Due tasks with their payloads, longest due first. `tag`: undefined for any, null for those without one. */
  leasable(
    { application, queue }: QueueName,
    query: { readonly nowMs: number; readonly limit: number; readonly tag?: string | null | undefined },
  ): readonly StoredTask[] {
    const { nowMs, limit, tag } = query;
    const select = (condition: string, ...parameters: readonly string[]) =>
      this.#store.all(
        `SELECT ${FACTS}, payload FROM tasks WHERE ${OF_QUEUE} ${condition} AND eta <= ? ORDER BY eta, id LIMIT ?`,
        application,
        queue,
        ...parameters,
        nowMs,
        limit,
      );
    if (tag === undefined) return select('').map(toTask);
    return (tag === null ? select('AND tag IS NULL') : select('AND tag = ?', tag)).map(toTask);
  }

  list({ application, queue }: QueueName, limit: number): readonly StoredTask[] {
    return this.#store
      .all(`SELECT ${FACTS} FROM tasks WHERE ${OF_QUEUE} ORDER BY eta, id LIMIT ?`, application, queue, limit)
      .map(toTask);
  }

  counts({ application, queue }: QueueName): { readonly tasks: number; readonly oldestEtaMs: number | undefined } {
    const row = this.#store.get(
      `SELECT COUNT(*) AS tasks, MIN(eta) AS eta FROM tasks WHERE ${OF_QUEUE}`,
      application,
      queue,
    );
    return { tasks: Number(row?.tasks ?? 0), oldestEtaMs: numberOf(row?.eta) };
  }

  /** Bytes of all tasks of an application. */
  storage(application: string): number {
    return Number(this.#store.get('SELECT SUM(size) AS size FROM tasks WHERE application = ?', application)?.size ?? 0);
  }

  /** Whether a name may be given to a new task. */
  nameState({ application, queue }: QueueName, name: string, nowMs: number): 'free' | 'exists' | 'used' {
    const known = this.#store.get(`SELECT id FROM tasks WHERE ${OF_QUEUE} AND name = ?`, application, queue, name);
    if (known) return 'exists';
    const used = this.#store.get(
      `SELECT until FROM used_task_names WHERE ${OF_QUEUE} AND name = ? AND until > ?`,
      application,
      queue,
      name,
      nowMs,
    );
    return used ? 'used' : 'free';
  }

  reschedule(id: number, progress: TaskProgress): void {
    this.#store.run(
      'UPDATE tasks SET eta = ?, attempts = ?, executions = ?, first_attempt_at = ?, last_status = ? WHERE id = ?',
      Math.round(progress.etaMs),
      progress.attempts,
      progress.executions,
      progress.firstAttemptAtMs ?? null,
      progress.lastStatus ?? null,
      id,
    );
  }

  /** Deletes a task; a name that was given to it stays used until then. */
  remove(id: number, nameUsedUntilMs: number): void {
    this.#store.run(
      `INSERT OR REPLACE INTO used_task_names (application, queue, name, until)
       SELECT application, queue, name, ? FROM tasks WHERE id = ? AND is_named = 1`,
      nameUsedUntilMs,
      id,
    );
    this.#store.run('DELETE FROM tasks WHERE id = ?', id);
  }

  /** Deletes all tasks of a queue; answers how many. */
  purge(name: QueueName, namesUsedUntilMs: number): number {
    const { application, queue } = name;
    const { tasks } = this.counts(name);
    this.#store.run(
      `INSERT OR REPLACE INTO used_task_names (application, queue, name, until)
       SELECT application, queue, name, ? FROM tasks WHERE ${OF_QUEUE} AND is_named = 1`,
      namesUsedUntilMs,
      application,
      queue,
    );
    this.#store.run(`DELETE FROM tasks WHERE ${OF_QUEUE}`, application, queue);
    return tasks;
  }

  /** Names that may be used again. */
  forgetNames(nowMs: number): void {
    this.#store.run('DELETE FROM used_task_names WHERE until <= ?', nowMs);
  }
}

function toTask(row: SqlRow): StoredTask {
  return {
    id: Number(row.id),
    name: String(row.name),
    isNamed: Number(row.is_named) === 1,
    etaMs: Number(row.eta),
    createdAtMs: Number(row.created_at),
    size: Number(row.size),
    tag: textOf(row.tag),
    attempts: Number(row.attempts),
    executions: Number(row.executions),
    firstAttemptAtMs: numberOf(row.first_attempt_at),
    lastStatus: numberOf(row.last_status),
    method: String(row.method) as TaskMethod,
    url: String(row.url),
    target: textOf(row.target),
    enqueuedBy: jsonOf<NonNullable<NewTask['enqueuedBy']>>(row.enqueued_by),
    retry: jsonOf<QueueRetry>(row.retry),
    headers: jsonOf<StoredTask['headers']>(row.headers) ?? [],
    payload: row.payload === null || row.payload === undefined ? undefined : Buffer.from(String(row.payload), 'base64'),
  };
}

function numberOf(value: SqlRow[string] | undefined): number | undefined {
  return value === null || value === undefined ? undefined : Number(value);
}

function textOf(value: SqlRow[string] | undefined): string | undefined {
  return value === null || value === undefined ? undefined : String(value);
}

function jsonOf<T>(value: SqlRow[string] | undefined): T | undefined {
  return value === null || value === undefined ? undefined : (JSON.parse(String(value)) as T);
}
