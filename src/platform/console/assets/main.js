/** Start of the console: who is signed in, which page is asked for, light or dark. */
import { grantText, learnAccess, mayChange, maySee, whyNot } from './access.js';
import { currentUser, get, signIn, signOut, whenSignedOut } from './api.js';
import { draw, h } from './dom.js';
import { attempt, complain, hush } from './notice.js';
import { applicationsPage } from './page-applications.js';
import { cronPage } from './page-cron.js';
import { instancesPage } from './page-instances.js';
import { logsPage } from './page-logs.js';
import { overviewPage } from './page-overview.js';
import { queuePage, queuesPage } from './page-queues.js';
import { releasesPage } from './page-releases.js';
import { settingsPage } from './page-settings.js';
import { versionsPage } from './page-versions.js';
import { startTheme } from './theme.js';

/** `changes`: there is something to press for those who may. */
const pages = {
  '': { title: 'Overview', open: overviewPage },
  versions: { title: 'Versions', open: versionsPage, changes: true },
  instances: { title: 'Instances', open: instancesPage, changes: true },
  logs: { title: 'Logs', open: logsPage },
  cron: { title: 'Cron jobs', open: cronPage, changes: true },
  queues: { title: 'Task queues', open: queuesPage, changes: true },
  releases: { title: 'Releases', open: releasesPage, changes: true },
  settings: { title: 'Settings', open: settingsPage, changes: true },
};

const main = document.getElementById('main');
const where = document.getElementById('where');
const nav = document.getElementById('nav');
let leaving = new AbortController();
let shown = '';
/** Of this page's life: a reload asks again. */
let isKnownWho = false;

whenSignedOut(() => showSignIn());
startTheme(document.getElementById('theme'));
document.getElementById('leave').addEventListener('click', async () => {
  await signOut();
  showSignIn();
});
// The address's fragment is the page: the link that skips to the content must not change it.
document.getElementById('skip').addEventListener('click', (event) => {
  event.preventDefault();
  main.focus();
});
window.addEventListener('hashchange', () => void start());
void start();

/** A code in the address opens a session and is gone from the history. */
async function start() {
  const code = /^#code=([\w-]+)$/.exec(location.hash)?.[1];
  if (code !== undefined) {
    history.replaceState(null, '', '#/');
    await attempt(() => signIn(code));
    isKnownWho = false;
  }
  if (currentUser() === undefined) return showSignIn();
  if (!isKnownWho) isKnownWho = await attempt(() => learnAccess());
  if (isKnownWho) await showPage();
}

async function showPage() {
  leaving.abort();
  leaving = new AbortController();
  const { signal } = leaving;
  const { application, name, rest, query } = route();
  const page = pages[name];
  const isKnown = application === undefined || page !== undefined;
  const title = application === undefined ? 'Applications' : (page?.title ?? 'Not found');
  hush();
  showUser();
  showNavigation(application, name);
  void showApplications(application, signal);
  document.title = application === undefined ? 'Applications – appcfg' : `${title} – ${application} – appcfg`;
  const heading = h('h1', { tabindex: '-1' }, rest.length > 0 ? `${title}: ${rest[0]}` : title);
  const body = h('div', { class: 'page' }, h('p', { class: 'empty' }, 'Loading …'));
  const isRefused = application !== undefined && !maySee(application);
  const isLookOnly = application !== undefined && page?.changes === true && !mayChange(application);
  const note = isRefused || isLookOnly ? [h('p', { class: 'note', id: 'why-not' }, whyNot(application))] : [];
  main.replaceChildren(heading, ...note, body);
  // Who came by the keyboard goes on from the new page's heading; the first page leaves the focus alone.
  if (shown !== '') heading.focus();
  shown = location.hash || '#/';
  const context = { application, body, heading, signal, query, mayChange: mayChange(application) };
  if (isRefused) draw(body, h('a', { href: '#/' }, 'Applications'));
  else if (!isKnown)
    draw(body, h('p', { class: 'empty' }, 'There is no such page. '), h('a', { href: '#/' }, 'Applications'));
  else if (application === undefined) await applicationsPage(context).catch(complain);
  else if (name === 'queues' && rest.length > 0) await queuePage({ ...context, queue: rest[0] }).catch(complain);
  else await page.open(context).catch(complain);
}

/** `#/apps/demo/logs?module=default` */
function route() {
  const [path, search = ''] = location.hash.replace(/^#\/?/, '').split('?');
  const [area, application, name = '', ...rest] = path.split('/').map(decode);
  const query = new URLSearchParams(search);
  return area === 'apps' && application ? { application, name, rest, query } : { name: '', rest: [], query };
}

function decode(part) {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

function showNavigation(application, current) {
  nav.hidden = application === undefined;
  if (application === undefined) return;
  const items = Object.entries(pages).map(([name, { title }]) => {
    const href = `#/apps/${encodeURIComponent(application)}${name === '' ? '' : `/${name}`}`;
    return h('li', {}, h('a', { href, 'aria-current': name === current ? 'page' : undefined }, title));
  });
  draw(nav, h('ul', {}, items));
}

/** Which application, and the way to another one. */
async function showApplications(current, signal) {
  if (current === undefined) return where.replaceChildren();
  const ids = await get('/apps', signal).then(
    ({ applications }) => applications,
    () => [current],
  );
  if (signal.aborted) return;
  const options = [...new Set([...ids, current])].map((id) => h('option', { value: id }, id));
  const change = (event) => {
    location.hash = `#/apps/${encodeURIComponent(event.target.value)}`;
  };
  draw(
    where,
    h('label', { class: 'sr', for: 'application' }, 'Application'),
    h('select', { id: 'application', value: current, on: { change } }, options),
  );
}

function showUser() {
  const user = currentUser();
  const isSigned = user !== undefined && user !== '' && isKnownWho;
  document.getElementById('user').textContent = isSigned ? `signed in as ${user}, ${grantText()}` : '';
  document.getElementById('leave').hidden = user === undefined;
}

function showSignIn() {
  leaving.abort();
  showUser();
  nav.hidden = true;
  where.replaceChildren();
  document.title = 'Sign in – appcfg';
  const submit = async (event) => {
    event.preventDefault();
    const code = event.target.elements.code.value.trim().replace(/^.*#code=/, '');
    isKnownWho = false;
    if (await attempt(() => signIn(code))) await start();
  };
  const form = h(
    'form',
    { class: 'card sign-in', on: { submit } },
    h('p', {}, 'Run this on the machine where your tool is signed in. It opens this page with a code that works once:'),
    h('pre', {}, 'appcfg console'),
    h(
      'label',
      { class: 'field' },
      h('span', {}, 'Code, or the address that was printed'),
      h('input', { name: 'code', required: true, autocomplete: 'off', spellcheck: 'false' }),
    ),
    h('button', { class: 'primary' }, 'Sign in'),
  );
  main.replaceChildren(h('h1', { tabindex: '-1' }, 'Sign in'), form);
  shown = '';
}
