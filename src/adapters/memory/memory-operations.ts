/** The memory backend's long-running work: one change of an application at a time, repeatable, followed by its id. */
import type { OperationsRole } from '../../backend/backend.ts';
import type { WatchOptions } from '../../backend/call-options.ts';
import { type AppcfgError, failure, isAppcfgError, messageOf } from '../../errors.ts';
import type { AskedDeploy } from '../../model/asked-deploy.ts';
import type { Operation, OperationKind } from '../../model/operation.ts';
import type { OperationEvent } from '../../model/operation-event.ts';
import type { Clock } from '../../support/clock.ts';
import type { Checkpoints } from './checkpoints.ts';

type WithoutTime<E> = E extends { readonly timeMs: number } ? Omit<E, 'timeMs'> : never;

export interface Change {
  readonly kind: OperationKind;
  readonly application: string;
  readonly createdBy: string;
  readonly asked?: AskedDeploy | undefined;
  /** Announces by `emit` and returns the release that is live then. */
  readonly work: (emit: (event: WithoutTime<OperationEvent>) => void) => Promise<string | undefined>;
}

interface Entry {
  operation: Operation;
  error?: AppcfgError;
  readonly finished: Promise<void>;
  readonly listeners: Set<(event: OperationEvent) => void>;
}

export type Within = <T>(application: string, work: () => Promise<T>) => Promise<T>;

export class MemoryOperations {
  readonly #clock: Clock;
  readonly #checkpoints: Checkpoints;
  readonly #entries = new Map<string, Entry>();
  readonly #byRequest = new Map<string, Entry>();
  readonly #turns = new Map<string, Promise<void>>();
  readonly #within: Within;
  /** Told how each operation ended. */
  onEnded: (operation: Operation) => void = () => {};

  /** @param within runs the work of a change of an application, and decides whether it counts */
  constructor(clock: Clock, checkpoints: Checkpoints, within: Within = (_application, work) => work()) {
    this.#clock = clock;
    this.#within = within;
    this.#checkpoints = checkpoints;
  }

  readonly role: OperationsRole = {
    get: async (application, id) => this.#find(application, id).operation,
    list: async (application) =>
      [...this.#entries.values()]
        .map((entry) => entry.operation)
        .filter((operation) => operation.application === application)
        .reverse(),
    wait: async (application, id, options = {}) => {
      await this.#checkpoints.pass('operations.wait');
      return this.#outcome(this.#find(application, id), options);
    },
  };

  /** Resolves when done. @throws what the work threw, also when it is asked again by the same request id */
  async run(change: Change, options: WatchOptions = {}): Promise<Operation> {
    options.signal?.throwIfAborted();
    await this.#checkpoints.pass('change.accept');
    const known = options.requestId === undefined ? undefined : this.#byRequest.get(options.requestId);
    const entry = known ?? this.#start(change);
    if (options.requestId !== undefined) this.#byRequest.set(options.requestId, entry);
    options.onAccepted?.(entry.operation);
    return this.#outcome(entry, options);
  }

  async #outcome(entry: Entry, options: WatchOptions): Promise<Operation> {
    const operation = await this.#follow(entry, options);
    if (entry.error) throw entry.error;
    return operation;
  }

  #find(application: string, id: string): Entry {
    const entry = this.#entries.get(id);
    if (entry?.operation.application !== application) throw failure('operation.not-found', { operation: id });
    return entry;
  }

  #start(change: Change): Entry {
    const { application, kind, createdBy, asked } = change;
    const id = `operation-${this.#entries.size + 1}`;
    const createdAt = this.#timestamp();
    const before = this.#turns.get(application) ?? Promise.resolve();
    const finished = before.then(() => this.#perform(entry, change));
    const facts = { id, application, kind, createdAt, createdBy, ...(asked ? { asked } : {}) };
    const operation: Operation = { ...facts, state: 'pending', events: [] };
    const entry: Entry = { operation, finished, listeners: new Set() };
    this.#entries.set(id, entry);
    this.#turns.set(application, finished);
    return entry;
  }

  async #perform(entry: Entry, change: Change): Promise<void> {
    try {
      const emit = (event: WithoutTime<OperationEvent>) =>
        this.#emit(entry, { ...event, timeMs: this.#clock.now() } as OperationEvent);
      const release = await this.#within(change.application, () => change.work(emit));
      const { operation } = entry;
      const finishedAt = this.#timestamp();
      entry.operation = { ...operation, state: 'done', finishedAt, ...(release === undefined ? {} : { release }) };
    } catch (error) {
      entry.error = isAppcfgError(error) ? error : failure('internal', { reason: messageOf(error) }, { cause: error });
      const finishedAt = this.#timestamp();
      entry.operation = { ...entry.operation, state: 'failed', finishedAt, error: entry.error.toBody() };
    }
    this.onEnded(entry.operation);
  }

  /** Events from the first one on, then the operation as it ended. Aborting ends the watching only. */
  async #follow(entry: Entry, { signal, onEvent }: WatchOptions): Promise<Operation> {
    for (const event of entry.operation.events) onEvent?.(event);
    if (onEvent) entry.listeners.add(onEvent);
    try {
      await abortable(entry.finished, signal);
    } finally {
      if (onEvent) entry.listeners.delete(onEvent);
    }
    return entry.operation;
  }

  #emit(entry: Entry, event: OperationEvent): void {
    entry.operation = { ...entry.operation, events: [...entry.operation.events, event] };
    for (const listener of entry.listeners) listener(event);
  }

  #timestamp(): string {
    return new Date(this.#clock.now()).toISOString();
  }
}

function abortable(work: Promise<void>, signal: AbortSignal | undefined): Promise<void> {
  if (!signal) return work;
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(signal.reason);
    if (signal.aborted) return onAbort();
    signal.addEventListener('abort', onAbort, { once: true });
    void work.then(resolve).finally(() => signal.removeEventListener('abort', onAbort));
  });
}
