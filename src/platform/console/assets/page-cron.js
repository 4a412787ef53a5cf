/** Cron jobs: when they run next, how they went, and running one now. */
import { appPath, call, get } from './api.js';
import { draw, h } from './dom.js';
import { dateTime, duration, fromNow } from './format.js';
import { keepLooking } from './live.js';
import { attempt } from './notice.js';
import { badge, button, table } from './table.js';

export async function cronPage({ application, body, signal, mayChange }) {
  const look = async () => {
    const { jobs } = await get(appPath(application, 'cron'), signal);
    draw(body, jobsTable(jobs, mayChange && run));
  };
  const run = async (job) => {
    const work = () => call('POST', `${appPath(application)}/cron:run`, { url: job.url });
    await attempt(
      work,
      ({ status, latencyMs }) => `${job.url} answered ${status || 'nothing'} in ${duration(latencyMs)}.`,
    );
    await look();
  };
  await keepLooking(look, { everyMs: 3000, signal });
}

function jobsTable(jobs, run) {
  return table({
    caption: 'Cron jobs',
    rows: jobs,
    key: ({ url, schedule, timezone, target }) => [url, schedule, timezone, target].join(' '),
    empty: 'No cron jobs. They come from cron.yaml: appcfg update-cron',
    columns: [
      {
        title: 'Job',
        cell: ({ url, description }) => [url, description && h('small', { class: 'block' }, description)],
      },
      { title: 'Schedule', cell: ({ schedule, timezone }) => [schedule, h('small', { class: 'block' }, timezone)] },
      { title: 'Target', cell: ({ target }) => target ?? 'default' },
      { title: 'State', cell: stateBadge },
      {
        title: 'Last run',
        cell: ({ lastAt, lastStatus }) =>
          lastAt === undefined ? 'never' : [dateTime(lastAt), ' ', statusBadge(lastStatus)],
      },
      { title: 'Next runs', cell: nextRuns },
      run && {
        title: 'Actions',
        cell: (job) =>
          button('Run now', () => run(job), { label: `Run ${job.url} now`, isDisabled: job.state === 'running' }),
      },
    ],
  });
}

function stateBadge({ state, failedAttempts }) {
  if (state === 'running') return badge('running', 'busy');
  return state === 'retrying' ? badge(`retrying after ${failedAttempts}`, 'bad') : badge('waiting');
}

function statusBadge(status) {
  const isGood = status >= 200 && status < 300;
  return badge(status === 0 ? 'no answer' : String(status), isGood ? 'good' : 'bad');
}

function nextRuns({ nextAt, upcoming = [] }) {
  if (nextAt === undefined) return 'never again';
  const [first, ...others] = upcoming.length > 0 ? upcoming : [nextAt];
  return [
    `${dateTime(first)} `,
    h('small', {}, `(${fromNow(first)})`),
    others.length > 0 &&
      h(
        'details',
        { 'data-keep': true },
        h('summary', {}, `${others.length} more`),
        h(
          'ul',
          {},
          others.map((time) => h('li', {}, dateTime(time))),
        ),
      ),
  ];
}
