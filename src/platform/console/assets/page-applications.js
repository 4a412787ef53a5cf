/** All applications of this platform, and the platform itself. */
import { appPath, get } from './api.js';
import { draw, h } from './dom.js';
import { count, dateTime } from './format.js';
import { keepLooking } from './live.js';
import { external, table } from './table.js';

export async function applicationsPage({ body, signal }) {
  await keepLooking(
    async () => {
      const [{ applications }, platform] = await Promise.all([get('/apps', signal), get('/platform', signal)]);
      const all = await Promise.all(applications.map((id) => get(appPath(id), signal)));
      draw(body, list(all), about(platform));
    },
    { everyMs: 5000, signal },
  );
}

function list(applications) {
  return table({
    caption: 'Applications',
    rows: applications,
    key: ({ id }) => id,
    empty: 'Nothing is deployed yet. Deploy with: appcfg update <directory>',
    columns: [
      { title: 'Application', cell: ({ id }) => h('a', { href: `#/apps/${encodeURIComponent(id)}` }, id) },
      { title: 'Release', cell: ({ currentRelease }) => currentRelease ?? 'none' },
      { title: 'Modules', cell: ({ modules }) => modules.map(({ name }) => name).join(', ') || 'none' },
      {
        title: 'Versions',
        isNumber: true,
        cell: ({ modules }) => modules.reduce((sum, { versions }) => sum + versions.length, 0),
      },
      { title: 'Address', cell: ({ url }) => external(url) },
    ],
  });
}

function about({ version, startedAt, routerPort, controlPort, isolation, egress, applications }) {
  const facts = [
    ['Platform', `appcfg ${version}, running since ${dateTime(startedAt)}`],
    [
      'Serves',
      `${count(applications.length, 'application')} on port ${routerPort}; this console is on port ${controlPort}`,
    ],
    ['Isolation', isolation?.level ?? 'not known'],
    ['Sockets', egress?.mode ?? 'not known'],
  ];
  return h(
    'section',
    { class: 'card', 'aria-labelledby': 'about' },
    h('h2', { id: 'about' }, 'This platform'),
    h(
      'dl',
      {},
      facts.map(([name, text]) => [h('dt', {}, name), h('dd', {}, text)]),
    ),
  );
}
