/** Cron jobs as they run: when next, and how the last run went. */

export interface CronJobStatus {
  readonly url: string;
  readonly schedule: string;
  /** IANA. */
  readonly timezone: string;
  readonly description: string;
  readonly target?: string;
  /** `retrying`: the last attempt failed and is repeated at `nextAt`. */
  readonly state: 'waiting' | 'running' | 'retrying';
  /** RFC 3339, UTC; absent when the schedule never comes again. */
  readonly nextAt?: string;
  /** RFC 3339, UTC: the next few, `nextAt` first. */
  readonly upcoming?: readonly string[];
  /** Of the run that failed and is being repeated: attempts so far. */
  readonly failedAttempts: number;
  /** When the last attempt began. */
  readonly lastAt?: string;
  /** Its HTTP status; 0 when it had no complete answer. */
  readonly lastStatus?: number;
}

/** A run that somebody asked for. */
export interface CronRun {
  readonly url: string;
  /** HTTP status; 0 when there was no complete answer. */
  readonly status: number;
  /** RFC 3339, UTC. */
  readonly startedAt: string;
  readonly latencyMs: number;
  readonly module?: string;
  readonly version?: string;
  readonly instance?: string;
  /** Of its log record. */
  readonly requestId?: string;
}
