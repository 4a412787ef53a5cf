/** When each cron job runs next and how its last run went; survives restarts. */
import type { StateStore } from '../store/state-store.ts';

export interface CronJobState {
  /** Milliseconds since the epoch. */
  readonly nextAtMs: number;
  /** 0 before a scheduled run, n after n failed attempts of it. */
  readonly attempt: number;
  readonly firstAttemptAtMs?: number;
  readonly lastAtMs?: number;
  /** HTTP status, 0 when no answer came. */
  readonly lastStatus?: number;
}

export class CronStates {
  readonly #store: StateStore;

  constructor(store: StateStore) {
    this.#store = store;
  }

  of(application: string): ReadonlyMap<string, CronJobState> {
    const rows = this.#store.all('SELECT * FROM cron_jobs WHERE application = ?', application);
    return new Map(
      rows.map((row) => [
        String(row.job),
        {
          nextAtMs: Number(row.next_at),
          attempt: Number(row.attempt),
          ...(row.first_attempt_at === null ? {} : { firstAttemptAtMs: Number(row.first_attempt_at) }),
          ...(row.last_at === null ? {} : { lastAtMs: Number(row.last_at) }),
          ...(row.last_status === null ? {} : { lastStatus: Number(row.last_status) }),
        },
      ]),
    );
  }

  put(application: string, job: string, state: CronJobState): void {
    this.#store.run(
      `INSERT INTO cron_jobs (application, job, next_at, attempt, first_attempt_at, last_at, last_status)
       VALUES (?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (application, job) DO UPDATE SET next_at = excluded.next_at, attempt = excluded.attempt,
         first_attempt_at = excluded.first_attempt_at, last_at = excluded.last_at, last_status = excluded.last_status`,
      application,
      job,
      Math.round(state.nextAtMs),
      state.attempt,
      state.firstAttemptAtMs ?? null,
      state.lastAtMs ?? null,
      state.lastStatus ?? null,
    );
  }

  remove(application: string, job: string): void {
    this.#store.run('DELETE FROM cron_jobs WHERE application = ? AND job = ?', application, job);
  }
}
