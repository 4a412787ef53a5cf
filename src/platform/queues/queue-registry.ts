/** The queues there are, from the settings of all applications, with a worker for each push queue. */
import { failure, messageOf } from '../../errors.ts';
import { DEFAULT_MODULE } from '../../model/names.ts';
import type { Queue, QueueSettings } from '../../model/settings.ts';
import type { TaskRun } from '../../model/task-queue.ts';
import type { Clock } from '../../support/clock.ts';
import { digestOfValue } from '../../support/digest.ts';
import type { DesiredState } from '../desired-state.ts';
import type { LogSink } from '../logs/log-store.ts';
import type { StateStore } from '../store/state-store.ts';
import type { ApplicationRecord } from '../stored-records.ts';
import { PushQueue, type PushQueueOptions } from './push-queue.ts';
import { afterUpload, declaredQueues } from './queue-settings.ts';
import type { QueueStore } from './queue-store.ts';
import type { QueueName, StoredQueue } from './stored-task.ts';
import type { TaskStore } from './task-store.ts';

export interface ActiveQueue {
  readonly name: QueueName;
  readonly settings: Queue;
  /** By hand. */
  readonly isPaused: boolean;
  /** False: only kept, because it has tasks. */
  readonly isDeclared: boolean;
  /** undefined: a pull queue. */
  readonly worker: PushQueue | undefined;
}

export interface QueueRegistryOptions extends Pick<PushQueueOptions, 'commits' | 'dispatch' | 'signal'> {
  readonly desired: Pick<DesiredState, 'applications'>;
  readonly store: StateStore;
  readonly queues: QueueStore;
  readonly tasks: TaskStore;
  readonly logs: LogSink;
  readonly clock: Clock;
  readonly defaultHostname: (application: string) => string;
}

interface ActiveApplication {
  readonly settings: QueueSettings;
  readonly queues: ReadonlyMap<string, ActiveQueue>;
}

export class QueueRegistry {
  readonly #options: QueueRegistryOptions;
  readonly #applications = new Map<string, ActiveApplication>();

  constructor(options: QueueRegistryOptions) {
    this.#options = options;
  }

  /** Reads the settings anew: at the start and after every change. */
  refresh(): void {
    for (const record of this.#options.desired.applications()) {
      try {
        this.#refreshApplication(record);
      } catch (error) {
        // The queues of this application go on as they were; the next change or start tries again.
        process.emitWarning(`The queues of application ${record.id} could not be read: ${messageOf(error)}`);
      }
    }
  }

  /** @throws AppcfgError `application.not-found` */
  application(id: string): ActiveApplication {
    const found = this.#applications.get(id);
    if (!found) throw failure('application.not-found', { application: id });
    return found;
  }

  /** @throws AppcfgError `application.not-found`, `queue.not-found` */
  queue(application: string, queue: string): ActiveQueue {
    const { queues } = this.application(application);
    const found = queues.get(queue);
    if (!found) throw failure('queue.not-found', { application, queue, known: [...queues.keys()] });
    return found;
  }

  /** Durable on return. @throws AppcfgError as `queue` */
  setPaused(application: string, queue: string, isPaused: boolean): void {
    const active = this.queue(application, queue);
    this.#options.queues.put(application, { settings: active.settings, isPaused });
    this.refresh();
  }

  /** Starts nothing more; answers what still runs. */
  close(): readonly Promise<TaskRun>[] {
    const workers = [...this.#applications.values()].flatMap(({ queues }) =>
      [...queues.values()].flatMap(({ worker }) => worker ?? []),
    );
    return workers.flatMap((worker) => [...worker.close()]);
  }

  note({ application, queue }: QueueName, message: string): void {
    const { logs, clock } = this.#options;
    logs.append({
      kind: 'app',
      stream: 'platform',
      level: 'warning',
      timeMs: clock.now(),
      application,
      module: DEFAULT_MODULE,
      version: '',
      message: `queue ${queue}: ${message}`,
    });
  }

  #refreshApplication(record: ApplicationRecord): void {
    const settings = record.live.settings.queues;
    this.#takeUpload(record.id, settings);
    const declared = new Set(declaredQueues(settings).map(({ name }) => name));
    const before = this.#applications.get(record.id)?.queues;
    const queues = new Map<string, ActiveQueue>();
    for (const [name, stored] of this.#options.queues.of(record.id)) {
      queues.set(name, this.#activate(record, { stored, isDeclared: declared.has(name), before: before?.get(name) }));
    }
    this.#applications.set(record.id, { settings, queues });
    for (const [name, { worker }] of before ?? []) {
      if (queues.get(name)?.worker !== worker) worker?.close();
    }
  }

  /** What a new queue.yaml does, once: also when the platform ended between the release and this. */
  #takeUpload(application: string, settings: QueueSettings): void {
    const { queues, tasks, store } = this.#options;
    const digest = digestOfValue(settings);
    if (queues.digest(application) === digest) return;
    store.transaction(() => {
      const hasTasks = (queue: string) => tasks.counts({ application, queue }).tasks > 0;
      const changes = afterUpload(settings, queues.of(application), hasTasks);
      for (const stored of changes.put) queues.put(application, stored);
      for (const name of changes.remove) queues.remove(application, name);
      queues.setDigest(application, digest);
    });
  }

  #activate(
    { id: application, live }: ApplicationRecord,
    known: { readonly stored: StoredQueue; readonly isDeclared: boolean; readonly before: ActiveQueue | undefined },
  ): ActiveQueue {
    const { settings, isPaused } = known.stored;
    const name: QueueName = { application, queue: settings.name };
    const { isDeclared } = known;
    if (settings.mode === 'pull') return { name, settings, isPaused, isDeclared, worker: undefined };
    const state = {
      queue: settings,
      isHeld: isPaused || !isDeclared,
      application: { id: application, defaultHostname: this.#options.defaultHostname(application), live },
    };
    const worker = known.before?.worker ?? this.#newWorker(name, state);
    worker.configure(state);
    return { name, settings, isPaused, isDeclared, worker };
  }

  #newWorker(name: QueueName, state: ConstructorParameters<typeof PushQueue>[1]): PushQueue {
    const { tasks, commits, clock, dispatch, signal } = this.#options;
    const { application, queue } = name;
    const note = (message: string) => this.note(name, message);
    return new PushQueue({ application, name: queue, tasks, commits, clock, dispatch, signal, note }, state);
  }
}
