/** When the jobs of a cron.yaml run next, in their own time zones. Asks no backend. */
import { failure } from '../errors.ts';
import { describeSchedule } from '../model/schedule/describe-schedule.ts';
import { nextRun } from '../model/schedule/next-run.ts';
import { parseSchedule } from '../model/schedule/parse-schedule.ts';
import type { Schedule } from '../model/schedule/schedule.ts';
import type { CronJob } from '../model/settings.ts';
import { readSettings, type SettingsFileRequest } from './settings-file.ts';

export interface CronInfoRequest extends Omit<SettingsFileRequest, 'kind'> {
  /** How many of each job. */
  readonly runs: number;
  /** Milliseconds since the epoch; runs are later. */
  readonly fromMs: number;
}

export interface CronJobInfo {
  readonly url: string;
  readonly description: string;
  readonly schedule: string;
  /** IANA. */
  readonly timezone: string;
  /** The schedule in plain English. */
  readonly meaning: string;
  readonly target?: string;
  /** RFC 3339, UTC. Fewer than asked for when it runs no more. */
  readonly runs: readonly string[];
}

export interface CronInfo {
  readonly file: string;
  readonly jobs: readonly CronJobInfo[];
}

/**
 * undefined: the named directory has no cron.yaml.
 * @throws AppcfgError `settings.no-file`, `settings.no-directory`, `settings.other-file`, `config.invalid`,
 * `cron.bad-schedule`
 */
export async function cronInfo(request: CronInfoRequest): Promise<CronInfo | undefined> {
  const found = await readSettings({ ...request, kind: 'cron' });
  return found && { file: found.file, jobs: (found.value ?? []).map((job) => jobInfo(job, request)) };
}

function jobInfo(job: CronJob, { fromMs, runs }: CronInfoRequest): CronJobInfo {
  const { url, description, schedule, timezone, target } = job;
  const parsed = parseSchedule(schedule);
  if (!parsed.ok) throw failure('cron.bad-schedule', { url, schedule, problem: parsed.problem });
  return {
    url,
    description,
    schedule,
    timezone,
    meaning: describeSchedule(parsed.schedule),
    ...(target === undefined ? {} : { target }),
    runs: nextRuns(parsed.schedule, timezone, { fromMs, runs }),
  };
}

function nextRuns(
  schedule: Schedule,
  timezone: string,
  { fromMs, runs }: { readonly fromMs: number; readonly runs: number },
): readonly string[] {
  const found: string[] = [];
  for (let at = fromMs; found.length < runs; found.push(new Date(at).toISOString())) {
    at = nextRun(schedule, at, timezone);
    if (at === Infinity) break;
  }
  return found;
}
