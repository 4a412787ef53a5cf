/** Running instances: memory, processor, uptime, requests, and the button that shuts one down (S3, Instances page). */
import { appPath, call, get } from './api.js';
import { chart } from './chart.js';
import { draw, h } from './dom.js';
import { bytes, cores, duration, number, shortId } from './format.js';
import { keepLooking } from './live.js';
import { attempt, confirm } from './notice.js';
import { badge, button, select } from './table.js';

const colours = { ready: 'good', failed: 'bad', stopping: 'busy', starting: 'busy', spawning: 'busy' };

export async function instancesPage({ application, body, signal, query, mayChange }) {
  const wanted = { module: query.get('module') ?? '', version: query.get('version') ?? '' };
  let all = [];
  let histories = [];
  const look = async () => {
    [{ instances: all }, { instances: histories }] = await Promise.all([
      get(appPath(application, 'instances'), signal),
      get(`${appPath(application)}/instances:history`, signal),
    ]);
    redraw();
  };
  const stop = async (instance) => {
    const name = nameOf(instance);
    const question = {
      title: `Shut down ${name}?`,
      text: 'It finishes the requests it has, for at most 30 seconds. Scaling decides whether another one takes its place.',
      yes: 'Shut down',
    };
    if (!(await confirm(question))) return;
    const path = appPath(
      application,
      'modules',
      instance.module,
      'versions',
      instance.version,
      'instances',
      instance.id,
    );
    await attempt(() => call('DELETE', path), `${name} is shutting down.`);
    await look();
  };
  const redraw = () => {
    const chosen = all.filter(
      ({ module, version }) =>
        (wanted.module === '' || module === wanted.module) && (wanted.version === '' || version === wanted.version),
    );
    draw(body, filters({ all, wanted, redraw }), cards(chosen, { histories, stop: mayChange && stop }));
  };
  await keepLooking(look, { everyMs: 3000, signal });
}

function filters({ all, wanted, redraw }) {
  const modules = [...new Set(all.map(({ module }) => module))].sort();
  const ofModule = all.filter(({ module }) => wanted.module === '' || module === wanted.module);
  const versions = [...new Set(ofModule.map(({ version }) => version))].sort();
  const choose = (name) => (value) => {
    wanted[name] = value;
    if (name === 'module') wanted.version = '';
    redraw();
  };
  const options = (names) => [['', 'all'], ...names.map((name) => [name, name])];
  return h(
    'div',
    { class: 'filters' },
    select({ label: 'Module', value: wanted.module, options: options(modules), change: choose('module') }),
    select({ label: 'Version', value: wanted.version, options: options(versions), change: choose('version') }),
  );
}

function cards(instances, { histories, stop }) {
  if (instances.length === 0) {
    return h(
      'p',
      { class: 'empty' },
      'No instances are running. Automatic and basic scaling start them with the first request.',
    );
  }
  return h(
    'ul',
    { class: 'instances' },
    instances.map((instance) => {
      const same = (one) =>
        one.module === instance.module && one.version === instance.version && one.id === instance.id;
      return card(instance, histories.find(same), stop);
    }),
  );
}

function card(instance, history, stop) {
  const name = nameOf(instance);
  const { state, reason, startedAt, requests, errors, requestsInFlight, averageLatencyMs, pid, restarts } = instance;
  const points = history?.points ?? [];
  const facts = [
    ['Uptime', startedAt === undefined ? '–' : duration(Date.now() - new Date(startedAt).getTime())],
    ['Requests', `${number(requests)}, ${requestsInFlight} now`],
    ['Errors', number(errors)],
    ['Latency', duration(averageLatencyMs)],
    ['Process', pid ?? '–'],
    ['Restarts', restarts],
  ];
  return h(
    'li',
    { class: 'card instance', 'data-key': `${instance.module} ${instance.version} ${instance.id}` },
    h('div', { class: 'title' }, h('h2', { title: instance.id }, name), badge(state, colours[state])),
    h('p', { class: 'note' }, reason),
    h(
      'div',
      { class: 'charts' },
      chart({
        name: 'Memory',
        kind: 'memory',
        points: points.map(({ timeMs, memoryBytes: value }) => ({ timeMs, value })),
        limit: history?.memoryLimitBytes,
        show: bytes,
      }),
      chart({
        name: 'CPU',
        kind: 'cpu',
        points: points.map(({ timeMs, cpuCores }) => ({ timeMs, value: cpuCores })),
        show: cores,
      }),
    ),
    h(
      'dl',
      { class: 'facts' },
      facts.map(([term, text]) => h('div', {}, h('dt', {}, term), h('dd', {}, String(text)))),
    ),
    stop &&
      h(
        'div',
        { class: 'actions' },
        button('Shut down', () => stop(instance), { label: `Shut down ${name}`, kind: 'danger' }),
      ),
  );
}

function nameOf({ module, version, id }) {
  return `${module}:${version} ${shortId(id)}`;
}
