/** One application at a glance: modules, what they are asked, what was done last. */
import { appPath, get } from './api.js';
import { draw, h } from './dom.js';
import { count, dateTime, duration, percent } from './format.js';
import { keepLooking } from './live.js';
import { badge, external, table } from './table.js';

export async function overviewPage({ application, body, signal }) {
  await keepLooking(
    async () => {
      const [live, traffic, { instances }, { operations }] = await Promise.all([
        get(appPath(application), signal),
        get(`${appPath(application)}/traffic:recent`, signal),
        get(appPath(application, 'instances'), signal),
        get(appPath(application, 'operations'), signal),
      ]);
      const rows = live.modules.flatMap((module) => rowsOf(module, traffic, instances));
      draw(body, figures(live, rows), modules(rows), operationsTable(operations.slice(0, 10)));
    },
    { everyMs: 2000, signal },
  );
}

function rowsOf(module, traffic, instances) {
  return module.versions.map((version) => ({
    module,
    version,
    share: module.traffic.allocations[version.id] ?? 0,
    asked: traffic.versions.find((one) => one.module === module.name && one.version === version.id),
    running: instances.filter(
      (one) => one.module === module.name && one.version === version.id && one.state === 'ready',
    ).length,
  }));
}

function figures({ url, currentRelease }, rows) {
  const sum = (value) => rows.reduce((total, row) => total + value(row), 0);
  const rate = sum(({ asked }) => asked?.requestsPerSecond ?? 0);
  const errors = sum(({ asked }) => asked?.errors ?? 0);
  const slowest = Math.max(0, ...rows.map(({ asked }) => asked?.latencyP95Ms ?? 0));
  const figure = (name, value, note) =>
    h('div', { class: 'figure' }, h('dt', {}, name), h('dd', {}, h('strong', {}, value), ' ', h('small', {}, note)));
  return h(
    'dl',
    { class: 'figures' },
    figure('Release', currentRelease ?? 'none', external(url)),
    figure('Requests', `${rate.toFixed(1)} /s`, 'in the last minute'),
    figure('95% answered within', slowest === 0 ? '–' : duration(slowest), 'slowest version'),
    figure('Errors', String(errors), 'status 500 and above'),
    figure('Instances', String(sum(({ running }) => running)), 'ready'),
  );
}

function modules(rows) {
  return h(
    'section',
    { 'aria-labelledby': 'modules' },
    h('h2', { id: 'modules' }, 'Modules'),
    table({
      caption: 'Modules and their versions',
      rows,
      key: ({ module, version }) => `${module.name} ${version.id}`,
      empty: 'This application has no modules yet. Deploy with: appcfg update <directory>',
      columns: [
        { title: 'Module', cell: ({ module }) => module.name },
        { title: 'Version', cell: ({ version }) => external(version.url, version.id) },
        { title: 'Runtime', cell: ({ version }) => version.spec.runtime },
        { title: 'Traffic', isNumber: true, cell: ({ share }) => percent(share) },
        { title: 'Status', cell: ({ version }) => statusBadge(version) },
        { title: 'Instances', isNumber: true, cell: ({ running }) => running },
        { title: 'Requests /s', isNumber: true, cell: ({ asked }) => (asked?.requestsPerSecond ?? 0).toFixed(1) },
        { title: 'Median', isNumber: true, cell: ({ asked }) => duration(asked?.latencyP50Ms) },
        { title: '95%', isNumber: true, cell: ({ asked }) => duration(asked?.latencyP95Ms) },
        { title: 'Errors', isNumber: true, cell: ({ asked }) => asked?.errors ?? 0 },
      ],
    }),
  );
}

export function statusBadge({ servingStatus, isDamaged }) {
  if (isDamaged) return badge('damaged: deploy it again', 'bad');
  return servingStatus === 'serving' ? badge('serving', 'good') : badge('stopped');
}

const words = { done: 'good', failed: 'bad', pending: 'busy' };

function operationsTable(operations) {
  return h(
    'section',
    { 'aria-labelledby': 'operations' },
    h('h2', { id: 'operations' }, 'Last changes'),
    table({
      caption: 'Last changes',
      rows: operations,
      key: ({ id }) => id,
      columns: [
        { title: 'When', isShort: true, cell: ({ createdAt }) => dateTime(createdAt) },
        {
          title: 'What',
          cell: ({ kind, target }) => [kind, target?.module, target?.version].filter(Boolean).join(' '),
        },
        { title: 'By', cell: ({ createdBy }) => createdBy },
        { title: 'State', cell: ({ state }) => badge(state, words[state]) },
        { title: 'Why not', cell: ({ error }) => error?.message ?? '' },
      ],
    }),
    h('p', { class: 'note' }, `${count(operations.length, 'change')} shown. All of them: appcfg operations list`),
  );
}
