/** Cloud Scheduler's jobs: the cron jobs of an application, as `gcloud app deploy cron.yaml` reads and writes them. */

import { z } from 'zod';
import type { CronJob, CronRetry } from '../../../model/settings.ts';
import { durationOfSeconds } from '../../../protocol/admin/duration.ts';
import { digestOfValue } from '../../../support/digest.ts';
import { deploys, views } from '../../access/route-access.ts';
import type { AdminParts } from '../admin/admin-parts.ts';
import { page } from '../admin/page.ts';
import { applicationOf, notFound } from '../admin/request-facts.ts';
import { readJson } from '../json-body.ts';
import type { Route, RouteRequest } from '../route-table.ts';
import { checkedSettings } from './checked-settings.ts';
import type { SettingsTurns } from './settings-turns.ts';

const duration = z.string().regex(/^\d{1,9}(\.\d{1,9})?s$/);
const jobShape = z.looseObject({
  description: z.string().max(500).optional(),
  schedule: z.string().max(512),
  timeZone: z.string().max(128).optional(),
  attemptDeadline: duration.optional(),
  appEngineHttpTarget: z.looseObject({
    relativeUri: z.string().max(2048).default('/'),
    appEngineRouting: z.looseObject({ service: z.string().optional(), version: z.string().optional() }).optional(),
  }),
  retryConfig: z
    .looseObject({
      retryCount: z.coerce.number().int().optional(),
      maxRetryDuration: duration.optional(),
      minBackoffDuration: duration.optional(),
      maxBackoffDuration: duration.optional(),
      maxDoublings: z.coerce.number().int().optional(),
    })
    .optional(),
});
type JobShape = z.infer<typeof jobShape>;

export function schedulerRoutes(parts: AdminParts, turns: SettingsTurns): readonly Route[] {
  return ['/v1', '/v1beta1'].flatMap((api): readonly Route[] => {
    const jobs = `${api}/projects/:app/locations/:location/jobs`;
    return [
      {
        method: 'GET',
        pattern: jobs,
        access: views,
        handler: (request) => page('jobs', shownJobs(turns, request), request.query),
      },
      {
        method: 'POST',
        pattern: jobs,
        access: deploys('create cron job'),
        handler: (request) => createJob(turns, request),
      },
      {
        method: 'POST',
        pattern: `${jobs}/:job:run`,
        access: deploys('run cron job'),
        handler: (request) => runJob(parts, turns, request),
      },
      {
        method: 'GET',
        pattern: `${jobs}/:job`,
        access: views,
        handler: (request) => shown(request, requireJob(turns, request)),
      },
      {
        method: 'DELETE',
        pattern: `${jobs}/:job`,
        access: deploys('delete cron job'),
        handler: (request) => deleteJob(turns, request),
      },
    ];
  });
}

async function createJob(turns: SettingsTurns, request: RouteRequest): Promise<unknown> {
  const job = cronJob(await readJson(request.message, jobShape));
  const application = applicationOf(request);
  await turns.change(application, request, ({ cron }) => ({ cron: checkedSettings('cron', [...cron, job]) }));
  return shown(request, namedJobs(turns.settings(application).cron).at(-1) ?? { id: '', job });
}

async function deleteJob(turns: SettingsTurns, request: RouteRequest): Promise<unknown> {
  await turns.change(applicationOf(request), request, ({ cron }) => {
    const { id } = requireJob(turns, request);
    return { cron: namedJobs(cron).flatMap((named) => (named.id === id ? [] : [named.job])) };
  });
  return {};
}

async function runJob(parts: AdminParts, turns: SettingsTurns, request: RouteRequest): Promise<unknown> {
  const found = requireJob(turns, request);
  await parts.cron.runNow(applicationOf(request), found.job.url);
  return shown(request, found);
}

interface NamedJob {
  readonly id: string;
  readonly job: CronJob;
}

/** Named by what they are, so that a name stays the same for as long as its job does. */
function namedJobs(jobs: readonly CronJob[]): readonly NamedJob[] {
  const seen = new Map<string, number>();
  return jobs.map((job) => {
    const digest = digestOfValue(job).slice(0, 20);
    const count = (seen.get(digest) ?? 0) + 1;
    seen.set(digest, count);
    return { id: count === 1 ? digest : `${digest}-${count}`, job };
  });
}

function requireJob(turns: SettingsTurns, request: RouteRequest): NamedJob {
  const id = request.parameters.job ?? '';
  const found = namedJobs(turns.settings(applicationOf(request)).cron).find((named) => named.id === id);
  if (!found) throw notFound('job', id);
  return found;
}

function shownJobs(turns: SettingsTurns, request: RouteRequest) {
  return namedJobs(turns.settings(applicationOf(request)).cron).map((named) => shown(request, named));
}

function shown(request: RouteRequest, { id, job }: NamedJob) {
  const { url, schedule, timezone, description, target, retry, attemptDeadlineSeconds } = job;
  return {
    name: `projects/${applicationOf(request)}/locations/${request.parameters.location}/jobs/${id}`,
    ...(description === '' ? {} : { description }),
    schedule,
    timeZone: timezone,
    state: 'ENABLED',
    legacyAppEngineCron: true,
    appEngineHttpTarget: {
      httpMethod: 'GET',
      relativeUri: url,
      appEngineRouting: target === undefined ? {} : { service: target },
    },
    ...(retry === undefined ? {} : { retryConfig: retryConfig(retry) }),
    ...(attemptDeadlineSeconds === undefined ? {} : { attemptDeadline: durationOfSeconds(attemptDeadlineSeconds) }),
  };
}

function retryConfig(retry: CronRetry) {
  const { jobRetryLimit, jobAgeLimitSeconds, minBackoffSeconds, maxBackoffSeconds, maxDoublings } = retry;
  return {
    ...(jobRetryLimit === undefined ? {} : { retryCount: jobRetryLimit }),
    maxRetryDuration: durationOfSeconds(jobAgeLimitSeconds ?? 0),
    ...(minBackoffSeconds === undefined ? {} : { minBackoffDuration: durationOfSeconds(minBackoffSeconds) }),
    ...(maxBackoffSeconds === undefined ? {} : { maxBackoffDuration: durationOfSeconds(maxBackoffSeconds) }),
    ...(maxDoublings === undefined ? {} : { maxDoublings }),
  };
}

function cronJob(shape: JobShape): CronJob {
  const { appEngineHttpTarget: http, retryConfig: retry, timeZone, description, attemptDeadline } = shape;
  const { service, version } = http.appEngineRouting ?? {};
  const target = [service, version].filter(Boolean).join(':');
  return {
    url: http.relativeUri,
    schedule: shape.schedule,
    timezone: timeZone || 'UTC',
    description: description ?? '',
    ...(target === '' ? {} : { target }),
    ...(retry === undefined ? {} : { retry: cronRetry(retry) }),
    ...(attemptDeadline === undefined ? {} : { attemptDeadlineSeconds: Number.parseFloat(attemptDeadline) }),
  };
}

function cronRetry(retry: NonNullable<JobShape['retryConfig']>): CronRetry {
  const seconds = (text: string | undefined) => (text === undefined ? undefined : Number.parseFloat(text));
  const fields = {
    jobRetryLimit: retry.retryCount,
    // Without a limit is how 0 is meant.
    jobAgeLimitSeconds: seconds(retry.maxRetryDuration) || undefined,
    minBackoffSeconds: seconds(retry.minBackoffDuration),
    maxBackoffSeconds: seconds(retry.maxBackoffDuration),
    maxDoublings: retry.maxDoublings,
  };
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}
