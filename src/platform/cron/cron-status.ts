/** A cron job's state as people and clients see it. */
import type { CronJobStatus } from '../../model/cron.ts';
import { nextRun } from '../../model/schedule/next-run.ts';
import type { Schedule } from '../../model/schedule/schedule.ts';
import type { PlannedJob } from './cron-job.ts';
import type { CronJobState } from './cron-state.ts';

const UPCOMING_RUNS = 5;

export function statusOf(
  { job, schedule }: PlannedJob,
  state: CronJobState | undefined,
  isRunning: boolean,
): CronJobStatus {
  const { url, timezone, description, target } = job;
  const { nextAtMs = Number.POSITIVE_INFINITY, failedAttempts = 0, lastAtMs, lastStatus } = state ?? {};
  return {
    url,
    schedule: job.schedule,
    timezone,
    description,
    ...(target === undefined ? {} : { target }),
    state: stateName(isRunning, failedAttempts),
    ...(Number.isFinite(nextAtMs) ? { nextAt: new Date(nextAtMs).toISOString() } : {}),
    upcoming: upcoming(schedule, timezone, nextAtMs),
    failedAttempts,
    ...(lastAtMs === undefined ? {} : { lastAt: new Date(lastAtMs).toISOString() }),
    ...(lastStatus === undefined ? {} : { lastStatus }),
  };
}

/** After a retry the schedule goes on as if there had been none. */
function upcoming(schedule: Schedule, timezone: string, nextAtMs: number): readonly string[] {
  const times: string[] = [];
  for (let at = nextAtMs; Number.isFinite(at) && times.length < UPCOMING_RUNS; at = nextRun(schedule, at, timezone)) {
    times.push(new Date(at).toISOString());
  }
  return times;
}

function stateName(isRunning: boolean, failedAttempts: number): CronJobStatus['state'] {
  if (isRunning) return 'running';
  return failedAttempts > 0 ? 'retrying' : 'waiting';
}
