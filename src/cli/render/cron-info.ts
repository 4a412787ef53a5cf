/** The next runs of cron jobs -> a block each. */
import type { CronInfo, CronJobInfo } from '../../operate/cron-info.ts';
import { duration } from './quantity.ts';
import type { Style } from './style.ts';

export interface CronInfoView {
  readonly style: Style;
  /** Milliseconds since the epoch. */
  readonly nowMs: number;
}

export function renderCronInfo(info: CronInfo, view: CronInfoView): string {
  if (info.jobs.length === 0) return `There are no jobs in ${info.file}.`;
  return info.jobs.map((job) => renderJob(job, view)).join('\n\n');
}

function renderJob(job: CronJobInfo, { style, nowMs }: CronInfoView): string {
  const target = job.target === undefined ? '' : `, on ${job.target}`;
  const lines = job.runs.map(
    (run) => `  ${zonedTime(run, job.timezone)}  ${style.dim(distance(Date.parse(run) - nowMs))}`,
  );
  return [
    style.bold(job.description === '' ? '<no description>' : job.description),
    `  URL: ${job.url}${target}`,
    `  Schedule: ${job.schedule} (${job.timezone}): ${job.meaning}`,
    ...(lines.length === 0 ? ['  It does not run any more.'] : lines),
  ].join('\n');
}

/** `2026-03-29 09:00:00 +02:00`: wall clock of the job's own zone, and what separates it from UTC. */
function zonedTime(time: string, timezone: string): string {
  const parts = new Intl.DateTimeFormat('en-CA', {
    timeZone: timezone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
    timeZoneName: 'longOffset',
  }).formatToParts(new Date(time));
  const part = (type: string) => parts.find((candidate) => candidate.type === type)?.value ?? '';
  const offset = part('timeZoneName').replace('GMT', '') || '+00:00';
  return `${part('year')}-${part('month')}-${part('day')} ${part('hour')}:${part('minute')}:${part('second')} ${offset}`;
}

function distance(ms: number): string {
  return ms < 0 ? `${duration(-ms)} ago` : `in ${duration(ms)}`;
}
