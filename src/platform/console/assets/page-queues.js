/** Task queues and the tasks in them: pause, resume, purge, run one now. */
import { appPath, call, get } from './api.js';
import { draw, h } from './dom.js';
import { bytes, count, dateTime, duration, fromNow, number } from './format.js';
import { keepLooking } from './live.js';
import { attempt, confirm } from './notice.js';
import { badge, button, table } from './table.js';

export async function queuesPage({ application, body, signal, mayChange }) {
  const look = async () => {
    const { queues } = await get(appPath(application, 'queues'), signal);
    draw(body, queuesTable(application, queues, mayChange && actionsOf(application, look)));
  };
  await keepLooking(look, { everyMs: 2000, signal });
}

export async function queuePage({ application, queue: name, body, signal, mayChange }) {
  const look = async () => {
    const [{ queues }, { tasks }] = await Promise.all([
      get(appPath(application, 'queues'), signal),
      get(`${appPath(application, 'queues', name, 'tasks')}?limit=100`, signal),
    ]);
    const queue = queues.find((one) => one.name === name);
    const back = h('p', {}, h('a', { href: `#/apps/${encodeURIComponent(application)}/queues` }, 'All queues'));
    if (!queue) return draw(body, back, h('p', { class: 'empty' }, `There is no queue ${name}.`));
    draw(
      body,
      back,
      queuesTable(application, [queue], mayChange && actionsOf(application, look)),
      h('h2', {}, queue.tasks > tasks.length ? `The next ${tasks.length} of ${count(queue.tasks, 'task')}` : 'Tasks'),
      tasksTable(tasks, queue, mayChange && run),
    );
  };
  const run = async (task) => {
    const path = appPath(application, 'queues', name, 'tasks', task.name, 'run');
    await attempt(
      () => call('POST', path),
      ({ status, outcome, latencyMs }) => {
        return `${task.name} answered ${status || 'nothing'} in ${duration(latencyMs)}: ${outcome}.`;
      },
    );
    await look();
  };
  await keepLooking(look, { everyMs: 2000, signal });
}

function actionsOf(application, look) {
  const act = async (queue, action, done) => {
    await attempt(() => call('POST', appPath(application, 'queues', queue.name), { action }), done);
    await look();
  };
  return {
    pause: (queue) => act(queue, 'pause', `${queue.name} is paused.`),
    resume: (queue) => act(queue, 'resume', `${queue.name} goes on.`),
    purge: async (queue) => {
      const question = {
        title: `Purge ${queue.name}?`,
        text: `All of its ${count(queue.tasks, 'task')} are deleted without being run.`,
        yes: 'Purge',
      };
      if (await confirm(question))
        await act(queue, 'purge', ({ tasks }) => `${count(tasks, 'task')} of ${queue.name} deleted.`);
    },
  };
}

/** @param actions false for those who may only look */
function queuesTable(application, queues, actions) {
  const href = ({ name }) => `#/apps/${encodeURIComponent(application)}/queues/${encodeURIComponent(name)}`;
  return table({
    caption: 'Task queues',
    rows: queues,
    key: ({ name }) => name,
    empty: 'No queues.',
    columns: [
      { title: 'Queue', cell: (queue) => h('a', { href: href(queue) }, queue.name) },
      { title: 'Mode', cell: ({ mode }) => mode },
      { title: 'State', cell: stateBadge },
      { title: 'Rate', cell: rateText },
      { title: 'Tasks', isNumber: true, cell: ({ tasks }) => number(tasks) },
      { title: 'Running', isNumber: true, cell: ({ running }) => number(running) },
      { title: 'Last minute', isNumber: true, cell: ({ executedLastMinute }) => number(executedLastMinute) },
      { title: 'Oldest', cell: ({ oldestEta }) => (oldestEta === undefined ? '–' : fromNow(oldestEta)) },
      actions && { title: 'Actions', cell: (queue) => queueButtons(queue, actions) },
    ],
  });
}

function queueButtons(queue, { pause, resume, purge }) {
  const hold = () =>
    queue.state === 'running'
      ? button('Pause', () => pause(queue), { label: `Pause ${queue.name}` })
      : button('Resume', () => resume(queue), {
          label: `Resume ${queue.name}`,
          isDisabled: queue.state === 'disabled' || queue.pausedBy === 'rate',
        });
  return h(
    'div',
    { class: 'actions' },
    queue.mode === 'push' && hold(),
    button('Purge', () => purge(queue), {
      label: `Purge ${queue.name}`,
      kind: 'danger',
      isDisabled: queue.tasks === 0,
    }),
  );
}

function stateBadge({ state, pausedBy }) {
  if (state === 'running') return badge('running', 'good');
  return badge(pausedBy === 'rate' ? 'paused: rate 0' : state, 'busy');
}

function rateText({ ratePerSecond, enforcedRatePerSecond }) {
  if (ratePerSecond === undefined) return '–';
  const isSlowed = enforcedRatePerSecond !== undefined && enforcedRatePerSecond < ratePerSecond;
  return `${number(ratePerSecond)} /s${isSlowed ? `, slowed to ${enforcedRatePerSecond.toFixed(1)}` : ''}`;
}

function tasksTable(tasks, queue, run) {
  return table({
    caption: `Tasks of ${queue.name}`,
    rows: tasks,
    key: ({ name }) => name,
    empty: 'The queue is empty.',
    columns: [
      { title: 'Task', cell: ({ name }) => name },
      { title: 'When', isShort: true, cell: ({ eta }) => [dateTime(eta), ' ', h('small', {}, `(${fromNow(eta)})`)] },
      { title: 'State', cell: ({ state }) => badge(state, state === 'waiting' ? 'plain' : 'busy') },
      { title: 'Request', cell: ({ method, url }) => `${method} ${url}` },
      { title: 'Size', isNumber: true, cell: ({ size }) => bytes(size) },
      {
        title: 'Attempts',
        isNumber: true,
        cell: ({ attempts, lastStatus }) =>
          `${attempts}${lastStatus === undefined ? '' : ` (${lastStatus || 'no answer'})`}`,
      },
      run && {
        title: 'Actions',
        cell: (task) =>
          queue.mode === 'push' &&
          button('Run now', () => run(task), { label: `Run ${task.name} now`, isDisabled: task.state === 'running' }),
      },
    ],
  });
}
