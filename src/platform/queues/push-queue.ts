/** One push queue at work: starts tasks when they are due, as fast as its settings allow. */
import { failure, messageOf } from '../../errors.ts';
import type { Queue } from '../../model/settings.ts';
import { type TaskRun, taskLimits } from '../../model/task-queue.ts';
import type { Clock } from '../../support/clock.ts';
import type { InternalRequest, InternalResponse } from '../router/internal-request.ts';
import type { GroupCommit } from '../store/group-commit.ts';
import { afterTaskAttempt, type TaskOutcome } from './after-attempt.ts';
import { paceOf } from './queue-settings.ts';
import { fullBucket, type Rate, type RateBucket, refilled, taken, waitForTokenMs, wholeTokens } from './rate-bucket.ts';
import { RecentCount } from './recent-count.ts';
import type { StoredTask } from './stored-task.ts';
import { type TaskApplication, taskRequest } from './task-request.ts';
import type { TaskStore } from './task-store.ts';
import { afterAnswer, noThrottle, throttledRate } from './throttle.ts';

export interface PushQueueOptions {
  readonly application: string;
  readonly name: string;
  readonly tasks: TaskStore;
  readonly commits: GroupCommit;
  readonly clock: Clock;
  /** Never rejects. */
  readonly dispatch: (request: InternalRequest) => Promise<InternalResponse>;
  /** Breaks off what runs. */
  readonly signal: AbortSignal;
  /** The end of the sentence "queue NAME: ...". */
  readonly note: (message: string) => void;
}

export interface PushQueueState {
  readonly queue: Queue;
  /** By hand, or because the settings do not name it any more. */
  readonly isHeld: boolean;
  readonly application: TaskApplication;
}

/** The clock is looked at this often at the latest, because it may be set. */
const LONGEST_SLEEP_MS = 30_000;
/** Between tries to read or write the state, when the disk is full or fails. */
const TRY_AGAIN_MS = 2000;

export class PushQueue {
  readonly #options: PushQueueOptions;
  /** Tasks that run or whose outcome is being written: never started a second time. */
  readonly #busy = new Map<number, Promise<TaskRun>>();
  readonly #executed = new RecentCount();
  #state: PushQueueState;
  #inFlight = 0;
  #bucket: RateBucket;
  #throttle = noThrottle;
  #isAwake = false;
  #isClosed = false;
  #cancel = () => {};

  constructor(options: PushQueueOptions, state: PushQueueState) {
    this.#options = options;
    this.#state = state;
    this.#bucket = fullBucket(this.#rate() ?? { perSecond: 1, size: 1 }, options.clock.monotonicMs());
  }

  configure(state: PushQueueState): void {
    this.#state = state;
    this.wake();
  }

  /** Looks for tasks soon: some may be due, or there may be room for them. */
  wake(): void {
    if (this.#isAwake || this.#isClosed) return;
    this.#isAwake = true;
    queueMicrotask(() => this.#pump());
  }

  /** Runs a task now, whatever the time, the rate and pauses say. @throws AppcfgError `task.running` */
  runNow(task: StoredTask): Promise<TaskRun> {
    if (this.#busy.has(task.id)) throw failure('task.running', { queue: this.#options.name, task: task.name });
    return this.#start(task.id);
  }

  isRunning(id: number): boolean {
    return this.#busy.has(id);
  }

  get statistics(): { readonly running: number; readonly executedLastMinute: number; readonly enforcedRate: number } {
    return {
      running: this.#inFlight,
      executedLastMinute: this.#executed.total(this.#options.clock.monotonicMs()),
      enforcedRate: this.#rate()?.perSecond ?? 0,
    };
  }

  /** Starts nothing more; answers what still runs. */
  close(): Iterable<Promise<TaskRun>> {
    this.#isClosed = true;
    this.#cancel();
    return this.#busy.values();
  }

  #pump(): void {
    this.#isAwake = false;
    this.#cancel();
    const rate = this.#rate();
    if (this.#isClosed || this.#state.isHeld || !rate) return;
    try {
      this.#startDue(rate);
    } catch (error) {
      this.#options.note(`tasks could not be read: ${messageOf(error)}`);
      this.#sleep(TRY_AGAIN_MS);
    }
  }

  #startDue(rate: Rate): void {
    const { tasks, clock, application, name: queue } = this.#options;
    this.#bucket = refilled(this.#bucket, rate, clock.monotonicMs());
    const free = Math.max(0, paceOf(this.#state.queue).maxConcurrent - this.#inFlight);
    const room = Math.min(free, wholeTokens(this.#bucket));
    const nowMs = clock.now();
    // One more than there is room for tells whether others wait.
    const due = tasks
      .due({ application, queue }, nowMs, this.#busy.size + room + 1)
      .filter((id) => !this.#busy.has(id));
    const started = due.slice(0, room);
    this.#bucket = taken(this.#bucket, started.length);
    for (const id of started) void this.#start(id).catch((error: unknown) => this.#options.note(messageOf(error)));
    if (due.length > started.length) {
      // Without a free place the end of a task wakes the queue.
      if (free > started.length) this.#sleep(waitForTokenMs(this.#bucket, rate));
      return;
    }
    const nextEtaMs = tasks.nextEta({ application, queue }, nowMs);
    if (nextEtaMs !== undefined) this.#sleep(nextEtaMs - nowMs);
  }

  #sleep(ms: number): void {
    this.#cancel = this.#options.clock.after(Math.min(ms, LONGEST_SLEEP_MS), () => this.wake(), { isBackground: true });
  }

  #rate(): Rate | undefined {
    const { rate } = paceOf(this.#state.queue);
    return rate && throttledRate(rate, this.#throttle);
  }

  #start(id: number): Promise<TaskRun> {
    this.#inFlight += 1;
    const work = this.#attempt(id).finally(() => {
      this.#busy.delete(id);
      this.wake();
    });
    this.#busy.set(id, work);
    return work;
  }

  async #attempt(id: number): Promise<TaskRun> {
    const { tasks, clock, signal } = this.#options;
    const startedAtMs = clock.now();
    let task: StoredTask | undefined;
    let response: InternalResponse | undefined;
    try {
      task = tasks.load(id);
      response = task && (await this.#send(task));
    } finally {
      this.#inFlight -= 1;
    }
    // What was broken off stays as it is, and runs again when the platform does.
    if (!task || !response || (signal.aborted && response.status === 0)) {
      return { name: task?.name ?? '', status: 0, outcome: 'retried', latencyMs: 0 };
    }
    const { status, latencyMs, reachedInstance } = response;
    this.#executed.add(clock.monotonicMs());
    this.#throttle = afterAnswer(this.#throttle, status, clock.monotonicMs());
    this.wake();
    const attempt = { startedAtMs, nowMs: clock.now(), status, reachedInstance };
    const outcome = afterTaskAttempt(task, this.#state.queue.retry, attempt);
    await this.#write(task, outcome);
    const nextAt = outcome.kind === 'retried' ? { nextAt: new Date(outcome.progress.etaMs).toISOString() } : {};
    return { name: task.name, status, outcome: outcome.kind, ...nextAt, latencyMs };
  }

  #send(task: StoredTask): Promise<InternalResponse> {
    const { dispatch, signal } = this.#options;
    const { application, queue } = this.#state;
    return dispatch({ ...taskRequest(application, queue, task), signal });
  }

  /** Tries until it is written: a task whose end is not known must not run again and again. */
  async #write(task: StoredTask, outcome: TaskOutcome): Promise<void> {
    const { tasks, commits, clock, note, signal } = this.#options;
    if (outcome.kind === 'given-up') {
      note(`task ${task.name} (${task.url}) was given up after ${outcome.attempts} failed attempts`);
    }
    for (let isNoted = false; ; isNoted = true) {
      try {
        await commits.run(() => {
          if (outcome.kind === 'retried') tasks.reschedule(task.id, outcome.progress);
          else tasks.remove(task.id, clock.now() + taskLimits.usedNameMs);
        });
        return;
      } catch (error) {
        if (signal.aborted) return;
        if (!isNoted) note(`the end of task ${task.name} could not be written down: ${messageOf(error)}`);
        await clock.sleep(TRY_AGAIN_MS, signal).catch(() => {});
      }
    }
  }
}
