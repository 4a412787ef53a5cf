/** What makes requests by itself: cron jobs and task queues, kept in step with the settings. */
import type { Clock } from '../support/clock.ts';
import { CronScheduler } from './cron/cron-scheduler.ts';
import { CronStates } from './cron/cron-state.ts';
import type { DesiredState } from './desired-state.ts';
import type { LogSink } from './logs/log-store.ts';
import { TaskQueues } from './queues/task-queues.ts';
import type { InternalRequest, InternalResponse } from './router/internal-request.ts';
import type { StateStore } from './store/state-store.ts';

export interface SchedulerOptions {
  readonly desired: Pick<DesiredState, 'applications'>;
  readonly store: StateStore;
  readonly logs: LogSink;
  readonly clock: Clock;
  readonly defaultHostname: (application: string) => string;
  /** Never rejects. */
  readonly dispatch: (request: InternalRequest) => Promise<InternalResponse>;
}

export interface Schedulers {
  readonly cron: CronScheduler;
  readonly queues: TaskQueues;
  /** After every change, and once at the start. */
  refresh(): void;
  close(options: { readonly graceMs: number }): Promise<void>;
}

export function createSchedulers(options: SchedulerOptions): Schedulers {
  const cron = new CronScheduler({ ...options, states: new CronStates(options.store) });
  const queues = new TaskQueues(options);
  return {
    cron,
    queues,
    refresh() {
      cron.refresh();
      queues.refresh();
    },
    async close(closing) {
      await Promise.all([cron.close(closing), queues.close(closing)]);
    },
  };
}
