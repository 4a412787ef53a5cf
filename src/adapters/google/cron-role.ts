/** Cron jobs as Cloud Scheduler runs them: when next, how the last attempt went, and one more attempt now. */
import type { CallOptions } from '../../backend/call-options.ts';
import type { CronRole } from '../../backend/operator-roles.ts';
import { failure } from '../../errors.ts';
import type { CronJobStatus } from '../../model/cron.ts';
import type { GoogleContext } from './google-context.ts';
import type { KnownApplication } from './known-application.ts';
import { httpStatusOf } from './rpc-status.ts';
import { cronJobs, type JobResource, jobOf } from './settings/cron.ts';

const FIRST_LOOK_MS = 300;
const LONGEST_LOOK_MS = 5000;

export function cronRole(
  context: GoogleContext,
  known: (application: string, call?: CallOptions) => Promise<KnownApplication>,
): CronRole {
  const jobsOf = async (application: string, { signal }: CallOptions) => {
    const { home } = await known(application, { ...(signal ? { signal } : {}) });
    return cronJobs({ context, home, signal });
  };
  return {
    list: async (application, call = {}) => (await jobsOf(application, call)).map(statusOf),
    run: async (application, url, call = {}) => {
      const { signal } = call;
      const { client, clock } = context;
      const { home } = await known(application, call);
      const look = () => cronJobs({ context, home, signal });
      const jobs = await look();
      const job = jobs.find((found) => jobOf(found).url === url);
      if (!job) throw failure('cron.not-found', { application, url, known: jobs.map((found) => jobOf(found).url) });
      const beganMs = clock.monotonicMs();
      const path = `/v1beta1/${job.name}:run`;
      await client.json({ api: 'scheduler', method: 'POST', path, json: { legacyAppEngineCron: true }, signal });
      for (let waitMs = FIRST_LOOK_MS; ; waitMs = Math.min(LONGEST_LOOK_MS, waitMs * 1.5)) {
        await clock.sleep(waitMs, signal);
        const now = (await look()).find(({ name }) => name === job.name);
        if (!now) throw failure('cron.not-found', { application, url, known: [] });
        // Of all that Google tells of a job, only this says that there was another attempt.
        if (now.lastAttemptTime === undefined || now.lastAttemptTime === job.lastAttemptTime) continue;
        const latencyMs = clock.monotonicMs() - beganMs;
        return { url, status: httpStatusOf(now.status), startedAt: now.lastAttemptTime, latencyMs };
      }
    },
  };
}

function statusOf(job: JobResource): CronJobStatus {
  const { retry: _retry, attemptDeadlineSeconds: _deadline, ...facts } = jobOf(job);
  const { scheduleTime, lastAttemptTime, status, state = 'ENABLED' } = job;
  const runs = state === 'ENABLED' && scheduleTime !== undefined;
  return {
    ...facts,
    state: 'waiting',
    ...(runs ? { nextAt: scheduleTime } : {}),
    // Google counts none.
    failedAttempts: 0,
    ...(lastAttemptTime === undefined ? {} : { lastAt: lastAttemptTime, lastStatus: httpStatusOf(status) }),
  };
}
