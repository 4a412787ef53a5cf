/** cron.yaml: what is called when. */

import { parseSchedule } from '../../model/schedule/parse-schedule.ts';
import type { CronJob, CronRetry } from '../../model/settings.ts';
import { applicationId } from '../app/name-shapes.ts';
import { deadline } from '../durations.ts';
import { integer, list, matching, object, parsedText } from '../shape/build.ts';
import type { Parsed, ValueOf } from '../shape/shape.ts';
import { decimalText } from './decimal-text.ts';
import { ageLimitShape, backoffData, backoffKeys, backoffOf, checkBackoff } from './retry.ts';
import { timezone } from './timezone.ts';

const description = matching('a description', /.{0,499}/, 'one line of at most 499 characters', {
  example: 'daily summary',
});

const target = matching(
  'a cron target',
  /(?:(?!-)[a-z\d-]{1,63}:)?(?!-)[a-z\d-]{1,100}/,
  'a version, or module:version with a colon',
  { example: 'my-module:uno', strictness: 'name' },
);

const retryKeys = {
  job_retry_limit: {
    shape: integer({ minimum: 0, maximum: 5 }),
    docs: 'Repetitions after a failure, at most 5.',
    default: '0',
  },
  job_age_limit: { shape: ageLimitShape, docs: 'Time after which a failed job is given up.', default: 'no limit' },
  ...backoffKeys,
} as const;

const retryParameters = object('retry_parameters', retryKeys, { check: checkBackoff });

function parseScheduleText(value: string): Parsed<string> {
  const parsed = parseSchedule(value);
  return parsed.ok ? { value } : { problem: parsed.problem, column: parsed.column, isSentence: true };
}

const schedule = parsedText('a schedule', parseScheduleText, {
  form: 'schedule',
  example: 'every 5 minutes',
  strictness: 'strict',
});

const job = object('a cron job', {
  url: {
    shape: matching('a path', /\/.*/, 'one line that begins with /', { example: '/tasks/summary' }),
    isRequired: true,
    example: '/tasks/summary',
    docs: 'Path that is called.',
  },
  schedule: {
    shape: schedule,
    isRequired: true,
    example: 'every 5 minutes',
    docs: 'When: `every 5 minutes`, `every monday 09:00`, `1st,third monday of month 17:00`, `every 2 hours from 10:00 to 14:00`.',
  },
  timezone: { shape: timezone, docs: 'Time zone of the schedule, as in the tz database.', default: 'UTC' },
  description: { shape: description, docs: 'Shown in lists.' },
  target: { shape: target, docs: '`version` or `module:version`.', default: 'the default module' },
  retry_parameters: { shape: retryParameters, docs: 'What happens after a failure.', default: 'no repetition' },
  attempt_deadline: { shape: deadline(15, 86_400), docs: 'Time one call may take.', default: 'by scaling type' },
});

export const cronShape = object('cron.yaml', {
  application: { shape: applicationId, docs: 'The application the jobs are for; `-A` overrides it.' },
  cron: {
    shape: list(job, { unique: { severity: 'warning', noun: 'cron job' } }),
    docs: 'The jobs. `cron:` alone means: none, delete those that are there.',
  },
});

type CronValues = ValueOf<typeof cronShape>;

export function cronOf(values: CronValues): readonly CronJob[] {
  return (values.cron ?? []).flatMap((job) => {
    if (job.url === undefined || job.schedule === undefined) return [];
    return [
      {
        url: job.url,
        schedule: job.schedule,
        timezone: job.timezone ?? 'UTC',
        description: job.description ?? '',
        ...(job.target === undefined ? {} : { target: job.target }),
        ...(job.retry_parameters === undefined ? {} : { retry: retryOf(job.retry_parameters) }),
        ...(job.attempt_deadline === undefined ? {} : { attemptDeadlineSeconds: job.attempt_deadline }),
      },
    ];
  });
}

function retryOf(values: ValueOf<typeof retryParameters>): CronRetry {
  const { job_retry_limit: limit, job_age_limit: age } = values;
  return {
    ...(limit === undefined ? {} : { jobRetryLimit: limit }),
    ...(age === undefined ? {} : { jobAgeLimitSeconds: age }),
    ...backoffOf(values),
  };
}

export function cronData(jobs: readonly CronJob[]): object {
  return { cron: jobs.map(jobData) };
}

function jobData(job: CronJob): object {
  const { target: to, retry, attemptDeadlineSeconds: seconds } = job;
  return {
    url: job.url,
    schedule: job.schedule,
    ...(job.timezone === 'UTC' ? {} : { timezone: job.timezone }),
    ...(job.description === '' ? {} : { description: job.description }),
    ...(to === undefined ? {} : { target: to }),
    ...(retry === undefined ? {} : { retry_parameters: retryData(retry) }),
    ...(seconds === undefined ? {} : { attempt_deadline: `${decimalText(seconds)}s` }),
  };
}

function retryData(retry: CronRetry): object {
  const { jobRetryLimit: limit, jobAgeLimitSeconds: age } = retry;
  return {
    ...(limit === undefined ? {} : { job_retry_limit: limit }),
    ...(age === undefined ? {} : { job_age_limit: `${decimalText(age)}s` }),
    ...backoffData(retry),
  };
}
