/**
 * The task queues of all applications: whatever adds tasks, leases them or looks at them calls this. Every change is
 * durable when its promise resolves.
 */
import { randomBytes } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import { failure } from '../../errors.ts';
import {
  type LeasedTask,
  type LeaseRequest,
  type NewTask,
  type QueueSummary,
  type TaskAdded,
  type TaskDeleted,
  type TaskRun,
  type TaskSummary,
  taskLimits,
} from '../../model/task-queue.ts';
import type { Clock } from '../../support/clock.ts';
import { drain } from '../drain.ts';
import { GroupCommit } from '../store/group-commit.ts';
import { addToQueue } from './add-tasks.ts';
import { changeLease, checkLease, leaseTasks, secondsProblem } from './pull-queue.ts';
import { type ActiveQueue, QueueRegistry, type QueueRegistryOptions } from './queue-registry.ts';
import { paceOf } from './queue-settings.ts';
import { QueueStore } from './queue-store.ts';
import { queueSummary, taskSummary } from './queue-summary.ts';
import type { StoredTask } from './stored-task.ts';
import { TaskStore } from './task-store.ts';

export interface TaskQueuesOptions
  extends Pick<QueueRegistryOptions, 'desired' | 'store' | 'logs' | 'clock' | 'defaultHostname' | 'dispatch'> {
  /** Calls back when writes that wait are to be written together; soon by default. */
  readonly defer?: (callback: () => void) => void;
}

/** Names that may be used again are forgotten this often. */
const FORGET_EVERY_MS = 3_600_000;

export class TaskQueues {
  readonly #clock: Clock;
  readonly #tasks: TaskStore;
  readonly #commits: GroupCommit;
  readonly #registry: QueueRegistry;
  readonly #closing = new AbortController();
  #isClosed = false;
  #cancelForgetting = () => {};

  constructor(options: TaskQueuesOptions) {
    const { store, defer, clock } = options;
    this.#clock = clock;
    this.#tasks = new TaskStore(store);
    this.#commits = new GroupCommit({ store, ...(defer ? { defer } : {}) });
    const { signal } = this.#closing;
    // Every running task listens to it.
    setMaxListeners(0, signal);
    const queues = new QueueStore(store);
    this.#registry = new QueueRegistry({ ...options, queues, tasks: this.#tasks, commits: this.#commits, signal });
    this.#forgetNames();
  }

  /** Reads the settings anew: at the start and after every change. */
  refresh(): void {
    if (!this.#isClosed) this.#registry.refresh();
  }

  /** @throws AppcfgError `application.not-found` */
  list(application: string): readonly QueueSummary[] {
    const { queues } = this.#registry.application(application);
    return [...queues.values()].map((active) => this.#summary(active));
  }

  /** The next ones, in order of their time. @throws AppcfgError `application.not-found`, `queue.not-found` */
  tasks(application: string, queue: string, limit = 100): readonly TaskSummary[] {
    const active = this.#registry.queue(application, queue);
    const nowMs = this.#clock.now();
    return this.#tasks.list(active.name, limit).map((task) => taskSummary(task, stateOf(active, task, nowMs)));
  }

  /**
   * Adds up to 100 tasks in one step. A name that is taken keeps only its own task from being added.
   * @throws AppcfgError `task.invalid`, `task.too-many`, `queue.not-found`, `queue.wrong-mode`, `queue.full`; nothing was added then
   */
  async addTasks(application: string, queue: string, tasks: readonly NewTask[]): Promise<readonly TaskAdded[]> {
    this.#refuseIfClosed();
    const active = this.#registry.queue(application, queue);
    const { totalStorageLimitBytes: storageLimit } = this.#registry.application(application).settings;
    const facts = { nowMs: this.#clock.now(), newName };
    const added = await addToQueue({ tasks: this.#tasks, commits: this.#commits, active, storageLimit, facts }, tasks);
    active.worker?.wake();
    return added;
  }

  /** @throws AppcfgError `task.lease-invalid`, `queue.not-found`, `queue.wrong-mode`, `queue.paused`, `queue.disabled` */
  async lease(application: string, queue: string, request: LeaseRequest): Promise<readonly LeasedTask[]> {
    this.#refuseIfClosed();
    const active = this.#pullQueue(application, queue);
    checkLease(queue, request);
    const facts = { tasks: this.#tasks, name: active.name, queue: active.settings };
    const givenUp: StoredTask[] = [];
    const leased = await this.#commits.run(() =>
      leaseTasks({ ...facts, nowMs: this.#clock.now(), onGivenUp: (task) => givenUp.push(task) }, request),
    );
    for (const { name, attempts } of givenUp) {
      this.#registry.note(active.name, `task ${name} was given up after ${attempts} leases`);
    }
    return leased;
  }

  /**
   * Makes a lease end at another time, now with 0 seconds. Answers when, in milliseconds since the epoch.
   * @throws AppcfgError `task.not-found`, `task.lease-expired`, and as `lease`
   */
  async modifyLease(
    application: string,
    queue: string,
    lease: { readonly task: string; readonly leasedUntilMs: number; readonly seconds: number },
  ): Promise<number> {
    this.#refuseIfClosed();
    const { name } = this.#pullQueue(application, queue);
    const reason = secondsProblem(lease.seconds);
    if (reason !== undefined) throw failure('task.lease-invalid', { queue, reason });
    const result = await this.#commits.run(() =>
      changeLease({ tasks: this.#tasks, name, nowMs: this.#clock.now() }, lease, lease.seconds),
    );
    if (result === 'not-found') throw failure('task.not-found', { queue, task: lease.task });
    if (result === 'expired') throw failure('task.lease-expired', { queue, task: lease.task });
    return result;
  }

  /** What runs already ends by itself. @throws AppcfgError `application.not-found`, `queue.not-found` */
  async deleteTasks(application: string, queue: string, names: readonly string[]): Promise<readonly TaskDeleted[]> {
    this.#refuseIfClosed();
    const { name } = this.#registry.queue(application, queue);
    const tasks = this.#tasks;
    return this.#commits.run(() => {
      const nowMs = this.#clock.now();
      return names.map((task): TaskDeleted => {
        const found = tasks.find(name, task);
        if (found) tasks.remove(found.id, nowMs + taskLimits.usedNameMs);
        else return tasks.nameState(name, task, nowMs) === 'used' ? 'gone-before' : 'not-found';
        return 'deleted';
      });
    });
  }

  /** Drops all tasks; answers how many. @throws AppcfgError `application.not-found`, `queue.not-found` */
  async purge(application: string, queue: string): Promise<number> {
    this.#refuseIfClosed();
    const { name } = this.#registry.queue(application, queue);
    return this.#commits.run(() => this.#tasks.purge(name, this.#clock.now() + taskLimits.usedNameMs));
  }

  /** @throws AppcfgError `queue.not-found`, `queue.disabled` */
  async pause(application: string, queue: string): Promise<QueueSummary> {
    this.#refuseIfClosed();
    if (!this.#registry.queue(application, queue).isDeclared) throw failure('queue.disabled', { queue });
    this.#registry.setPaused(application, queue, true);
    return this.#summary(this.#registry.queue(application, queue));
  }

  /** @throws AppcfgError `queue.not-found`, `queue.disabled`, `queue.rate-zero` */
  async resume(application: string, queue: string): Promise<QueueSummary> {
    this.#refuseIfClosed();
    const { isDeclared, settings } = this.#registry.queue(application, queue);
    if (!isDeclared) throw failure('queue.disabled', { queue });
    if (settings.mode === 'push' && !paceOf(settings).rate) throw failure('queue.rate-zero', { queue });
    this.#registry.setPaused(application, queue, false);
    return this.#summary(this.#registry.queue(application, queue));
  }

  /**
   * Runs a push task now, whatever its time and the queue's rate; resolves when the try has ended.
   * @throws AppcfgError `task.not-found`, `task.running`, `queue.not-found`, `queue.wrong-mode`
   */
  async runNow(application: string, queue: string, task: string): Promise<TaskRun> {
    this.#refuseIfClosed();
    const { name, worker } = this.#registry.queue(application, queue);
    if (!worker) throw failure('queue.wrong-mode', { queue, mode: 'pull', action: 'its tasks are leased, not run' });
    const found = this.#tasks.find(name, task);
    if (!found) throw failure('task.not-found', { queue, task });
    return worker.runNow(found);
  }

  /** Starts nothing more; what still runs after the grace period is broken off, and runs again at the next start. */
  async close({ graceMs }: { readonly graceMs: number }): Promise<void> {
    this.#isClosed = true;
    this.#cancelForgetting();
    const running = this.#registry.close();
    await drain(running, { clock: this.#clock, graceMs, abort: () => this.#closing.abort() });
    this.#closing.abort();
    this.#commits.flush();
  }

  #summary(active: ActiveQueue): QueueSummary {
    return queueSummary({ ...active, ...this.#tasks.counts(active.name), work: active.worker?.statistics });
  }

  #pullQueue(application: string, queue: string): ActiveQueue {
    const active = this.#registry.queue(application, queue);
    const { mode } = active.settings;
    if (mode !== 'pull') throw failure('queue.wrong-mode', { queue, mode, action: 'only pull queues have leases' });
    if (!active.isDeclared) throw failure('queue.disabled', { queue });
    if (active.isPaused) throw failure('queue.paused', { queue });
    return active;
  }

  #refuseIfClosed(): void {
    if (this.#isClosed) throw failure('platform.closing', {});
  }

  #forgetNames(): void {
    // Failing is no harm: names stay used a little longer.
    void this.#commits.run(() => this.#tasks.forgetNames(this.#clock.now())).catch(() => {});
    this.#cancelForgetting = this.#clock.after(FORGET_EVERY_MS, () => this.#forgetNames(), { isBackground: true });
  }
}

/** As App Engine's: a long row of digits that nobody chooses by chance. */
function newName(): string {
  return randomBytes(8).readBigUInt64BE().toString().padStart(20, '0');
}

function stateOf({ worker, settings }: ActiveQueue, task: StoredTask, nowMs: number): TaskSummary['state'] {
  if (worker?.isRunning(task.id)) return 'running';
  return settings.mode === 'pull' && task.attempts > 0 && task.etaMs > nowMs ? 'leased' : 'waiting';
}
