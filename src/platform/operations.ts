/** Runs changes one after the other per application, journals them, and lets watchers follow. */
import { randomUUID } from 'node:crypto';
import { failure, isAppcfgError, messageOf } from '../errors.ts';
import type { AskedDeploy } from '../model/asked-deploy.ts';
import type { Operation, OperationKind, OperationTarget } from '../model/operation.ts';
import type { OperationEvent } from '../model/operation-event.ts';
import type { Clock } from '../support/clock.ts';
import { digestOf } from '../support/digest.ts';
import type { Checkpoint, OperationStep } from './checkpoint.ts';
import type { DesiredState } from './desired-state.ts';
import type { Commit, OperationRecord } from './stored-records.ts';

/** An event without its time, which the runner stamps. */
type WithoutTime<E> = E extends { readonly timeMs: number } ? Omit<E, 'timeMs'> : never;
export type NewEvent = WithoutTime<OperationEvent>;

export interface OperationContext {
  readonly operation: Operation;
  /** Aborts when the platform closes. */
  readonly signal: AbortSignal;
  readonly emit: (event: NewEvent) => void;
  /** Says which step comes next, for tests. */
  readonly checkpoint: (step: OperationStep) => void;
}

/** What an operation wants to make durable, and what follows once it is. */
export interface Outcome extends Omit<Commit, 'application' | 'operation'> {
  /** Called when it could not be committed: lets go of what was begun for it. */
  readonly abandon?: () => Promise<void>;
  /** Called in the same tick as the commit: the swap. */
  readonly onCommitted?: () => void;
  /** Still part of the operation for those who watch, no longer able to fail it: waiting for instances. */
  readonly afterwards?: () => Promise<void>;
}

export type Work = (context: OperationContext) => Promise<Outcome>;

export interface Submission {
  readonly kind: OperationKind;
  readonly application: string;
  readonly target?: OperationTarget;
  readonly asked?: AskedDeploy;
  readonly requestId: string;
  readonly createdBy: string;
  /** Kept in the journal, so that the work can go on after a crash. */
  readonly request: unknown;
}

/** How many ended operations are kept in memory. */
const MOST_ENDED = 50;
const RECORD_AGAIN_MS = 5_000;

interface Running {
  operation: Operation;
  readonly wake: Set<() => void>;
}

export class Operations {
  readonly #desired: DesiredState;
  readonly #clock: Clock;
  readonly #checkpoint: Checkpoint | undefined;
  readonly #onEnded: ((operation: Operation) => void) | undefined;
  readonly #running = new Map<string, Running>();
  /** The last ones that ended, with the events of after their commit, for those who still watch. */
  readonly #ended = new Map<string, Operation>();
  /** Failed ones whose failure the disk did not take yet. */
  readonly #unrecorded = new Map<string, Operation>();
  readonly #queues = new Map<string, Promise<void>>();
  readonly #closing = new AbortController();
  #accepted = 0;

  constructor(options: {
    readonly desired: DesiredState;
    readonly clock: Clock;
    readonly checkpoint?: Checkpoint | undefined;
    /** Told how each operation ended. */
    readonly onEnded?: ((operation: Operation) => void) | undefined;
  }) {
    this.#desired = options.desired;
    this.#clock = options.clock;
    this.#checkpoint = options.checkpoint;
    this.#onEnded = options.onEnded;
  }

  /**
   * The operation that this very request started before; undefined for a new one.
   * @throws AppcfgError `request.reused` when its id came with something else
   */
  repeated({ requestId, request }: Pick<Submission, 'requestId' | 'request'>): Operation | undefined {
    const known = this.#desired.operationOfRequest(requestId);
    if (!known) return undefined;
    const { id } = known.operation;
    if (known.requestDigest === digestOf(JSON.stringify(request))) return this.get(id);
    throw failure('request.reused', { requestId, operation: id });
  }

  /** Starts the work, or answers the operation that the same request already started. */
  submit(submission: Submission, work: Work): Operation {
    const known = this.repeated(submission);
    if (known) return known;
    if (this.#closing.signal.aborted) throw failure('platform.closing', {});
    const operation: Operation = {
      id: randomUUID(),
      application: submission.application,
      kind: submission.kind,
      state: 'pending',
      createdAt: this.#timestamp(),
      createdBy: submission.createdBy,
      ...(submission.target === undefined ? {} : { target: submission.target }),
      ...(submission.asked === undefined ? {} : { asked: submission.asked }),
      events: [],
    };
    this.#desired.begin({ operation, requestId: submission.requestId, request: submission.request });
    this.#checkpoint?.(`${operation.kind}.accepted`);
    this.#enqueue(operation, work);
    return operation;
  }

  /** Goes on with an operation that the journal holds from before a crash. */
  resume(record: OperationRecord, work: Work): void {
    this.#enqueue(record.operation, work);
  }

  /** @throws AppcfgError `operation.not-found` */
  get(id: string): Operation {
    const operation = this.#running.get(id)?.operation ?? this.#ended.get(id) ?? this.#desired.operation(id)?.operation;
    if (!operation) throw failure('operation.not-found', { operation: id });
    return operation;
  }

  list(application: string): readonly Operation[] {
    return this.#desired
      .operations(application)
      .map((stored) => this.#running.get(stored.id)?.operation ?? this.#unrecorded.get(stored.id) ?? stored);
  }

  /** How many were submitted or resumed so far: whether something happened in between. */
  get accepted(): number {
    return this.#accepted;
  }

  isBusy(): boolean {
    return this.#running.size > 0;
  }

  /** Resolves when the operation has more than `after` events or is over, at the latest after `waitMs`. */
  async watch(id: string, after: number, waitMs: number): Promise<Operation> {
    const running = this.#running.get(id);
    if (running && running.operation.state === 'pending' && running.operation.events.length <= after) {
      await new Promise<void>((resolve) => {
        const done = () => {
          cancel();
          running.wake.delete(done);
          resolve();
        };
        const cancel = this.#clock.after(waitMs, done, { isBackground: true });
        running.wake.add(done);
      });
    }
    return this.get(id);
  }

  /** Resolves when the operation is over, at the latest after `waitMs`. */
  async finished(id: string, waitMs: number): Promise<Operation> {
    const until = this.#clock.monotonicMs() + waitMs;
    for (;;) {
      const operation = this.get(id);
      const left = until - this.#clock.monotonicMs();
      if (operation.state !== 'pending' || left <= 0) return operation;
      await this.watch(id, operation.events.length, left);
    }
  }

  /** Stops what runs; unfinished operations stay in the journal and go on at the next start. */
  async close(): Promise<void> {
    this.#closing.abort(failure('platform.closing', {}));
    await Promise.allSettled(this.#queues.values());
    for (const failed of this.#unrecorded.values()) this.#record(failed);
  }

  #enqueue(operation: Operation, work: Work): void {
    const running: Running = { operation, wake: new Set() };
    this.#accepted += 1;
    this.#running.set(operation.id, running);
    const before = this.#queues.get(operation.application);
    if (before) this.#sayWhoHolds(running);
    const turn = (before ?? Promise.resolve()).then(() => this.#run(running, work));
    this.#queues.set(operation.application, turn);
    void turn.finally(() => {
      if (this.#queues.get(operation.application) === turn) this.#queues.delete(operation.application);
    });
  }

  #sayWhoHolds(waiting: Running): void {
    const holder = [...this.#running.values()].find(
      (other) => other !== waiting && other.operation.application === waiting.operation.application,
    )?.operation;
    if (!holder) return;
    const what = `${holder.kind} by ${holder.createdBy} (operation ${holder.id}, since ${holder.createdAt})`;
    this.#emit(waiting, { type: 'warning', message: `Waiting for another change of this application: ${what}.` });
  }

  async #run(running: Running, work: Work): Promise<void> {
    if (this.#closing.signal.aborted) return;
    const checkpoint = this.#checkpointOf(running);
    let outcome: Outcome | undefined;
    let done: Operation;
    try {
      outcome = await work({
        operation: running.operation,
        signal: this.#closing.signal,
        emit: (event) => this.#emit(running, event),
        checkpoint,
      });
      checkpoint('committing');
      done = this.#commit(running, outcome);
    } catch (error) {
      await outcome?.abandon?.().catch(() => {});
      // Closing is no failure of the operation: it stays pending in the journal.
      if (!this.#closing.signal.aborted) this.#fail(running, error);
      return;
    }
    checkpoint('committed');
    await this.#follow(running, outcome, done);
  }

  #commit(running: Running, outcome: Outcome): Operation {
    const { onCommitted: _, afterwards: _after, abandon: _abandon, ...commit } = outcome;
    const done: Operation = { ...running.operation, state: 'done', finishedAt: this.#timestamp() };
    const release = this.#desired.commit({ ...commit, application: done.application, operation: done });
    return { ...done, ...(release === undefined ? {} : { release }) };
  }

  /** What is durable is done, whatever else goes wrong. */
  async #follow(running: Running, { onCommitted, afterwards }: Outcome, done: Operation): Promise<void> {
    const checkpoint = this.#checkpointOf(running);
    const warn = (error: unknown) => this.#emit(running, { type: 'warning', message: messageOf(error) });
    try {
      onCommitted?.();
    } catch (error) {
      warn(error);
    }
    checkpoint('swapped');
    await afterwards?.().catch(warn);
    this.#settle(running, { ...done, events: running.operation.events });
    checkpoint('ended');
  }

  #checkpointOf({ operation }: Running): (step: OperationStep) => void {
    return (step) => this.#checkpoint?.(`${operation.kind}.${step}`);
  }

  #fail(running: Running, error: unknown): void {
    const body = isAppcfgError(error) ? error.toBody() : failure('internal', { reason: messageOf(error) }).toBody();
    const failed: Operation = { ...running.operation, state: 'failed', finishedAt: this.#timestamp(), error: body };
    this.#record(failed);
    this.#settle(running, failed);
  }

  /** A full disk may refuse the note that it refused the rest: written as soon as it is taken. */
  #record(failed: Operation): void {
    try {
      this.#desired.fail(failed);
      this.#unrecorded.delete(failed.id);
    } catch {
      this.#unrecorded.set(failed.id, failed);
      const again = () => {
        if (!this.#closing.signal.aborted) this.#record(failed);
      };
      this.#clock.after(RECORD_AGAIN_MS, again, { isBackground: true });
    }
  }

  #settle(running: Running, operation: Operation): void {
    running.operation = operation;
    this.#onEnded?.(operation);
    this.#wake(running);
    this.#running.delete(operation.id);
    this.#ended.set(operation.id, operation);
    const [oldest] = this.#ended.keys();
    if (this.#ended.size > MOST_ENDED && oldest !== undefined) this.#ended.delete(oldest);
  }

  #emit(running: Running, event: NewEvent): void {
    const stamped = { ...event, timeMs: this.#clock.now() } as OperationEvent;
    running.operation = { ...running.operation, events: [...running.operation.events, stamped] };
    this.#wake(running);
  }

  #wake(running: Running): void {
    for (const wake of [...running.wake]) wake();
  }

  #timestamp(): string {
    return new Date(this.#clock.now()).toISOString();
  }
}
