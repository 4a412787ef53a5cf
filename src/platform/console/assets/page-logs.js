/** Logs: filters, search, the last lines, and a live tail. */
import { appPath, get, stream } from './api.js';
import { draw, h } from './dom.js';
import { bytes, clockTime, count, dateTime, duration, shortId } from './format.js';
import { complain } from './notice.js';
import { select } from './table.js';

const MOST_LINES = 500;
/** A tail that is read out line by line would never let one listen to anything else. */
const ANNOUNCE_MS = 5000;
const DRAW_MS = 100;
const names = ['module', 'version', 'level', 'kind', 'search'];

export async function logsPage({ application, body, signal, query }) {
  const wanted = Object.fromEntries(names.map((name) => [name, query.get(name) ?? '']));
  const list = h('ol', { class: 'log', role: 'log', 'aria-live': 'off', 'aria-label': 'Log lines', tabindex: '0' });
  const state = h('p', { class: 'note', role: 'status' });
  const view = { list, state, isFollowing: true, tail: undefined };
  const { modules } = await get(appPath(application), signal);
  const open = () => follow({ application, wanted, view, signal });
  const toggle = (event) => {
    view.isFollowing = event.target.checked;
    open();
  };
  const change = (name) => (value) => {
    wanted[name] = value;
    if (name === 'module') wanted.version = '';
    // The address can be kept and passed on.
    const search = new URLSearchParams(Object.entries(wanted).filter(([, value]) => value !== ''));
    const hash = `#/apps/${encodeURIComponent(application)}/logs${search.size > 0 ? `?${search}` : ''}`;
    history.replaceState(null, '', hash);
    draw(form, fields());
    open();
  };
  const fields = () => logFields({ modules, wanted, change, toggle, isFollowing: view.isFollowing });
  const form = h(
    'form',
    { class: 'filters', role: 'search', on: { submit: (event) => event.preventDefault() } },
    fields(),
  );
  body.replaceChildren(form, state, list);
  open();
}

function logFields({ modules, wanted, change, toggle, isFollowing }) {
  const all = (options) => [['', 'all'], ...options.map((option) => [option, option])];
  const versions = modules
    .filter(({ name }) => wanted.module === '' || name === wanted.module)
    .flatMap((module) => module.versions.map(({ id }) => id));
  return [
    select({
      label: 'Module',
      value: wanted.module,
      options: all(modules.map(({ name }) => name)),
      change: change('module'),
    }),
    select({
      label: 'Version',
      value: wanted.version,
      options: all([...new Set(versions)]),
      change: change('version'),
    }),
    select({
      label: 'Level',
      value: wanted.level,
      options: [['', 'all'], ...['info', 'warning', 'error', 'critical'].map((level) => [level, `${level} and worse`])],
      change: change('level'),
    }),
    select({
      label: 'Kind',
      value: wanted.kind,
      options: [
        ['', 'all'],
        ['request', 'requests'],
        ['app', 'application'],
      ],
      change: change('kind'),
    }),
    h(
      'label',
      { class: 'field wide' },
      h('span', {}, 'Search'),
      h('input', {
        type: 'search',
        value: wanted.search,
        spellcheck: 'false',
        on: { change: (event) => change('search')(event.target.value) },
      }),
    ),
    h(
      'label',
      { class: 'check' },
      h('input', { type: 'checkbox', checked: isFollowing, on: { change: toggle } }),
      'Live',
    ),
  ];
}

/** The last lines, then what comes; whatever was followed before is left. */
function follow({ application, wanted, view, signal }) {
  view.tail?.abort();
  const tail = new AbortController();
  view.tail = tail;
  signal.addEventListener('abort', () => tail.abort());
  const lines = new Lines(view, tail.signal);
  const search = new URLSearchParams({ limit: '200', ...(view.isFollowing ? { follow: '1' } : {}) });
  for (const [name, value] of Object.entries(wanted)) if (value !== '') search.set(name, value);
  stream(`${appPath(application, 'logs')}?${search}`, (record) => lines.add(record), tail.signal).then(
    () => lines.end(),
    (error) => {
      if (tail.signal.aborted) return;
      view.state.textContent = 'The tail broke off. Change a filter to begin again.';
      complain(error);
    },
  );
}

/** Draws in batches: a busy application logs faster than a screen shows. */
class Lines {
  constructor(view, signal) {
    this.view = view;
    this.waiting = [];
    this.fresh = 0;
    this.total = 0;
    view.list.replaceChildren();
    view.state.textContent = view.isFollowing ? 'Waiting for lines …' : 'Reading …';
    const drawing = setInterval(() => this.flush(), DRAW_MS);
    const telling = setInterval(() => this.tell(), ANNOUNCE_MS);
    signal.addEventListener('abort', () => {
      clearInterval(drawing);
      clearInterval(telling);
    });
    this.stop = () => {
      clearInterval(drawing);
      clearInterval(telling);
    };
  }

  add(record) {
    this.waiting.push(record);
    if (this.waiting.length > MOST_LINES) this.waiting.shift();
  }

  flush() {
    if (this.waiting.length === 0) return;
    const { list } = this.view;
    const isAtEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 40;
    const isFirst = this.total === 0;
    this.total += this.waiting.length;
    this.fresh += this.waiting.length;
    list.append(...this.waiting.map(line));
    this.waiting = [];
    while (list.childElementCount > MOST_LINES) list.firstElementChild.remove();
    // Who has scrolled up to read is left there.
    if (isAtEnd || isFirst) list.scrollTop = list.scrollHeight;
    if (isFirst) this.tell();
  }

  tell() {
    const { state, isFollowing } = this.view;
    const shown = count(this.view.list.childElementCount, 'line');
    const news = this.fresh > 0 ? `, ${this.fresh} new` : '';
    this.fresh = 0;
    state.textContent = isFollowing ? `Live: ${shown}${news}` : shown;
  }

  end() {
    this.flush();
    this.stop();
    this.view.state.textContent =
      this.total === 0 ? 'No line matches.' : count(this.view.list.childElementCount, 'line');
  }
}

function line(record) {
  const { timeMs, level, module, version, instance } = record;
  const source = `${module}:${version}${instance === undefined ? '' : `.${shortId(instance)}`}`;
  return h(
    'li',
    { class: `line ${level}` },
    h('time', { datetime: new Date(timeMs).toISOString(), title: dateTime(timeMs) }, clockTime(timeMs)),
    h('span', { class: 'level' }, level),
    h('span', { class: 'source' }, source),
    record.kind === 'app' ? h('span', { class: 'text' }, record.message) : requestText(record),
  );
}

function requestText({ method, resource, status, latencyMs, responseSize, flush, userAgent, ip }) {
  const facts = flush
    ? `flush, request began ${clockTime(flush.requestStartedAtMs)}`
    : `${status}  ${duration(latencyMs)}  ${bytes(responseSize)}`;
  return h(
    'span',
    { class: 'text', title: [ip, userAgent].filter(Boolean).join(' ') },
    h('b', {}, `${method} ${resource}`),
    ` ${facts}`,
  );
}
