/** The cron jobs of an application as the scheduler keeps them, and the request that runs one. */
import { parseSchedule } from '../../model/schedule/parse-schedule.ts';
import type { Schedule } from '../../model/schedule/schedule.ts';
import { isTimezone } from '../../model/schedule/zoned-time.ts';
import type { CronJob, Settings } from '../../model/settings.ts';
import { digestOfValue } from '../../support/digest.ts';
import type { InternalRequest } from '../router/internal-request.ts';

export interface PlannedJob {
  readonly application: string;
  /** The same as long as what is called, and when, stays the same. */
  readonly key: string;
  readonly job: CronJob;
  readonly schedule: Schedule;
}

export function plannedJobs(application: string, settings: Settings): readonly PlannedJob[] {
  const planned = new Map<string, PlannedJob>();
  for (const job of settings.cron) {
    const parsed = parseSchedule(job.schedule);
    const { url, schedule, timezone, target } = job;
    // Uploads with either are refused; what an older release holds must not stop the others.
    if (!parsed.ok || !isTimezone(timezone)) continue;
    const key = digestOfValue({ url, schedule, timezone, target });
    planned.set(key, { application, key, job, schedule: parsed.schedule });
  }
  return [...planned.values()];
}

export function idOf({ application, key }: PlannedJob): string {
  return `${application}/${key}`;
}

/** Whether both call the same thing, however differently they are scheduled. */
export function isSameCall(one: PlannedJob, other: PlannedJob): boolean {
  return one.application === other.application && one.job.url === other.job.url && one.job.target === other.job.target;
}

/**
 * A target is put before the application's host name, as App Engine does it: the router then finds a module, a version
 * of the default module or `version.module`, sends unknown names to the default module, and applies dispatch rules
 * unless a version is named.
 */
export function cronRequest({ application, job }: PlannedJob, defaultHostname: string): InternalRequest {
  const { url, target, attemptDeadlineSeconds } = job;
  const labels = target?.split(':').reverse().join('.');
  return {
    kind: 'cron',
    application,
    method: 'GET',
    path: url,
    headers: [['X-Appengine-Cron', 'true']],
    ...(labels === undefined ? {} : { host: `${labels}.${defaultHostname}` }),
    ...(attemptDeadlineSeconds === undefined ? {} : { deadlineMs: attemptDeadlineSeconds * 1000 }),
  };
}
