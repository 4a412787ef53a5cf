/** Cron jobs: Cloud Scheduler's, marked as App Engine's; changed ones are made anew, as gcloud does it. */
import type { CronJob, CronRetry } from '../../../model/settings.ts';
import { durationOfSeconds } from '../../../protocol/admin/duration.ts';
import { canonicalJson } from '../../../support/canonical-json.ts';
import { runTogether } from '../../../support/run-together.ts';
import { locationPath } from './location.ts';
import type { SettingsAccess, SettingsCall } from './settings-access.ts';

export interface JobResource {
  readonly name: string;
  readonly description?: string;
  readonly schedule?: string;
  readonly timeZone?: string;
  readonly state?: string;
  readonly attemptDeadline?: string;
  readonly scheduleTime?: string;
  readonly lastAttemptTime?: string;
  readonly status?: { readonly code?: number };
  readonly appEngineHttpTarget?: {
    readonly relativeUri?: string;
    readonly appEngineRouting?: { readonly service?: string; readonly version?: string };
  };
  readonly retryConfig?: {
    readonly retryCount?: number;
    readonly maxRetryDuration?: string;
    readonly minBackoffDuration?: string;
    readonly maxBackoffDuration?: string;
    readonly maxDoublings?: number;
  };
}

export const cronAccess: SettingsAccess<'cron'> = {
  read: async (call) => (await cronJobs(call)).map(jobOf),
  write: async (call, wanted) => {
    const live = await cronJobs(call);
    const path = await locationPath(call, 'scheduler');
    const { context, signal } = call;
    const spare = [...live];
    const added = wanted.filter((job) => {
      const index = spare.findIndex((other) => textOf(jobOf(other)) === textOf(job));
      if (index >= 0) spare.splice(index, 1);
      return index < 0;
    });
    await runTogether(added, 4, async (job) => {
      const json = jobBody(job);
      await context.client.json({ api: 'scheduler', method: 'POST', path: `${path}/jobs`, json, signal });
    });
    await runTogether(spare, 4, async ({ name }) => {
      await context.client.raw({ api: 'scheduler', method: 'DELETE', path: `/v1beta1/${name}`, signal }, [404]);
    });
  },
};

export async function cronJobs(call: SettingsCall): Promise<readonly JobResource[]> {
  const { context, signal } = call;
  const path = `${await locationPath(call, 'scheduler')}/jobs`;
  const query = { legacyAppEngineCron: true, pageSize: 500 };
  return (
    (await context.client.list<JobResource>({ api: 'scheduler', method: 'GET', path, query, signal }, 'jobs')) ?? []
  );
}

export function jobOf(job: JobResource): CronJob {
  const { service, version } = job.appEngineHttpTarget?.appEngineRouting ?? {};
  const target = [service, version].filter(Boolean).join(':');
  const retry = job.retryConfig && retryOf(job.retryConfig);
  const deadline = seconds(job.attemptDeadline);
  return {
    url: job.appEngineHttpTarget?.relativeUri ?? '/',
    schedule: job.schedule ?? '',
    timezone: job.timeZone || 'UTC',
    description: job.description ?? '',
    ...(target === '' ? {} : { target }),
    ...(retry === undefined || Object.keys(retry).length === 0 ? {} : { retry }),
    ...(deadline === undefined ? {} : { attemptDeadlineSeconds: deadline }),
  };
}

function jobBody(job: CronJob) {
  const [service, version] = (job.target ?? '').split(':');
  return {
    ...(job.description === '' ? {} : { description: job.description }),
    schedule: job.schedule,
    timeZone: job.timezone,
    legacyAppEngineCron: true,
    appEngineHttpTarget: {
      httpMethod: 'GET',
      relativeUri: job.url,
      ...(service ? { appEngineRouting: { service, ...(version ? { version } : {}) } } : {}),
    },
    ...(job.retry === undefined ? {} : { retryConfig: retryBody(job.retry) }),
    ...(job.attemptDeadlineSeconds === undefined
      ? {}
      : { attemptDeadline: durationOfSeconds(job.attemptDeadlineSeconds) }),
  };
}

function retryBody(retry: CronRetry) {
  const duration = (value: number | undefined) => (value === undefined ? undefined : durationOfSeconds(value));
  const body = {
    retryCount: retry.jobRetryLimit,
    maxRetryDuration: duration(retry.jobAgeLimitSeconds),
    minBackoffDuration: duration(retry.minBackoffSeconds),
    maxBackoffDuration: duration(retry.maxBackoffSeconds),
    maxDoublings: retry.maxDoublings,
  };
  return Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined));
}

function retryOf(config: NonNullable<JobResource['retryConfig']>): CronRetry {
  const retry = {
    jobRetryLimit: config.retryCount,
    jobAgeLimitSeconds: seconds(config.maxRetryDuration) || undefined,
    minBackoffSeconds: seconds(config.minBackoffDuration),
    maxBackoffSeconds: seconds(config.maxBackoffDuration),
    maxDoublings: config.maxDoublings,
  };
  return Object.fromEntries(Object.entries(retry).filter(([, value]) => value !== undefined));
}

/** Schedules that differ in white space or case alone are the same. */
function textOf(job: CronJob): string {
  return canonicalJson({ ...job, schedule: job.schedule.replace(/\s+/g, ' ').trim().toLowerCase() });
}

function seconds(duration: string | undefined): number | undefined {
  return duration === undefined ? undefined : Number.parseFloat(duration);
}
