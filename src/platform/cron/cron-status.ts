/** A cron job's state as people and clients see it. */
import type { CronJobStatus } from '../../model/cron.ts';
import type { PlannedJob } from './cron-job.ts';
import type { CronJobState } from './cron-state.ts';

export function statusOf({ job }: PlannedJob, state: CronJobState | undefined, isRunning: boolean): CronJobStatus {
  const { url, schedule, timezone, description, target } = job;
  const { nextAtMs = Number.POSITIVE_INFINITY, failedAttempts = 0, lastAtMs, lastStatus } = state ?? {};
  return {
    url,
    schedule,
    timezone,
    description,
    ...(target === undefined ? {} : { target }),
    state: stateName(isRunning, failedAttempts),
    ...(Number.isFinite(nextAtMs) ? { nextAt: new Date(nextAtMs).toISOString() } : {}),
    failedAttempts,
    ...(lastAtMs === undefined ? {} : { lastAt: new Date(lastAtMs).toISOString() }),
    ...(lastStatus === undefined ? {} : { lastStatus }),
  };
}

function stateName(isRunning: boolean, failedAttempts: number): CronJobStatus['state'] {
  if (isRunning) return 'running';
  return failedAttempts > 0 ? 'retrying' : 'waiting';
}
