/** Cron jobs as they run -> a table; one run -> a sentence. */
import type { CronJobStatus, CronRun } from '../../model/cron.ts';
import { duration, localTime } from './quantity.ts';
import type { Style } from './style.ts';
import { renderTable } from './table.ts';

export function renderCronJobs(jobs: readonly CronJobStatus[], style: Style): string {
  return renderTable(
    jobs,
    [
      { header: 'URL', cell: (job) => job.url },
      {
        header: 'SCHEDULE',
        cell: (job) => (job.timezone === 'UTC' ? job.schedule : `${job.schedule} (${job.timezone})`),
      },
      { header: 'TARGET', cell: (job) => job.target ?? '' },
      { header: 'NEXT RUN', cell: (job) => nextText(job, style) },
      { header: 'LAST RUN', cell: (job) => (job.lastAt === undefined ? '' : localTime(job.lastAt)) },
      { header: 'STATUS', cell: (job) => (job.lastStatus === undefined ? '' : statusText(job.lastStatus, style)) },
      { header: 'DESCRIPTION', cell: (job) => job.description },
    ],
    style,
  );
}

export function cronRunText({ url, status, latencyMs, module, version }: CronRun, style: Style): string {
  const where = module === undefined ? '' : ` (${module}:${version ?? ''})`;
  if (status === 0) return `${style.red('Failed:')} ${url}${where} gave no complete answer.`;
  return `${url}${where} answered ${statusText(status, style)} in ${duration(latencyMs)}.`;
}

/** The HTTP status of an attempt. */
export function statusText(status: number, style: Style): string {
  if (status === 0) return style.red('no answer');
  return status >= 200 && status < 300 ? style.green(String(status)) : style.red(String(status));
}

function nextText({ state, nextAt, failedAttempts }: CronJobStatus, style: Style): string {
  if (state === 'running') return style.green('running');
  if (nextAt === undefined) return 'never';
  return state === 'retrying' ? style.yellow(`${localTime(nextAt)} (try ${failedAttempts + 1})`) : localTime(nextAt);
}
