/** When each cron job runs next and how its last run went; survives restarts. */
import type { SqlRow, StateStore } from '../store/state-store.ts';

export interface CronJobState {
  /** Milliseconds since the epoch; Infinity when the schedule never comes again. */
  readonly nextAtMs: number;
  /** Of the run that `nextAtMs` repeats; 0 before a scheduled run. */
  readonly failedAttempts: number;
  readonly firstAttemptAtMs?: number | undefined;
  /** While an attempt runs; still there after a crash in the middle of one. */
  readonly runningSinceMs?: number | undefined;
  readonly lastAtMs?: number | undefined;
  /** HTTP status, 0 when no complete answer came. */
  readonly lastStatus?: number | undefined;
}

export class CronStates {
  readonly #store: StateStore;

  constructor(store: StateStore) {
    this.#store = store;
  }

  of(application: string): ReadonlyMap<string, CronJobState> {
    const rows = this.#store.all('SELECT * FROM cron_jobs WHERE application = ?', application);
    return new Map(rows.map((row) => [String(row.job), toState(row)]));
  }

  put(application: string, job: string, state: CronJobState): void {
    this.#store.run(
      `INSERT INTO cron_jobs (application, job, next_at, failed_attempts, first_attempt_at, running_since, last_at, last_status)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (application, job) DO UPDATE SET next_at = excluded.next_at, failed_attempts = excluded.failed_attempts,
         first_attempt_at = excluded.first_attempt_at, running_since = excluded.running_since,
         last_at = excluded.last_at, last_status = excluded.last_status`,
      application,
      job,
      Number.isFinite(state.nextAtMs) ? Math.round(state.nextAtMs) : null,
      state.failedAttempts,
      state.firstAttemptAtMs ?? null,
      state.runningSinceMs ?? null,
      state.lastAtMs ?? null,
      state.lastStatus ?? null,
    );
  }

  remove(application: string, job: string): void {
    this.#store.run('DELETE FROM cron_jobs WHERE application = ? AND job = ?', application, job);
  }
}

function toState(row: SqlRow): CronJobState {
  return {
    nextAtMs: numberOf(row.next_at) ?? Number.POSITIVE_INFINITY,
    failedAttempts: Number(row.failed_attempts),
    firstAttemptAtMs: numberOf(row.first_attempt_at),
    runningSinceMs: numberOf(row.running_since),
    lastAtMs: numberOf(row.last_at),
    lastStatus: numberOf(row.last_status),
  };
}

function numberOf(value: SqlRow[string] | undefined): number | undefined {
  return value === null || value === undefined ? undefined : Number(value);
}
