/** Cron jobs as the memory backend imagines them: none runs by itself, and every run that is asked for succeeds. */
import type { CronRole } from '../../backend/operator-roles.ts';
import { failure } from '../../errors.ts';
import type { CronJobStatus, CronRun } from '../../model/cron.ts';
import { nextRun } from '../../model/schedule/next-run.ts';
import { parseSchedule } from '../../model/schedule/parse-schedule.ts';
import type { CronJob } from '../../model/settings.ts';
import type { Clock } from '../../support/clock.ts';
import type { MemoryStore } from './memory-store.ts';

export function memoryCron(store: MemoryStore, clock: Clock): CronRole {
  const lastRuns = new Map<string, CronRun>();
  const jobsOf = (application: string) => store.require(application).live.settings.cron;
  return {
    list: async (application) =>
      jobsOf(application).map((job) => statusOf(job, clock.now(), lastRuns.get(`${application} ${job.url}`))),
    run: async (application, url) => {
      const known = jobsOf(application).map((job) => job.url);
      if (!known.includes(url)) throw failure('cron.not-found', { application, url, known });
      const run = { url, status: 200, startedAt: new Date(clock.now()).toISOString(), latencyMs: 0 };
      lastRuns.set(`${application} ${url}`, run);
      return run;
    },
  };
}

function statusOf({ retry: _, ...job }: CronJob, nowMs: number, last: CronRun | undefined): CronJobStatus {
  const { attemptDeadlineSeconds: _deadline, ...facts } = job;
  const parsed = parseSchedule(job.schedule);
  const nextAtMs = parsed.ok ? nextRun(parsed.schedule, nowMs, job.timezone) : Number.POSITIVE_INFINITY;
  return {
    ...facts,
    state: 'waiting',
    ...(Number.isFinite(nextAtMs) ? { nextAt: new Date(nextAtMs).toISOString() } : {}),
    failedAttempts: 0,
    ...(last ? { lastAt: last.startedAt, lastStatus: last.status } : {}),
  };
}
