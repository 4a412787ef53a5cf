/** Settings: dispatch rules and blocked subnets can be changed here; the rest is shown as it is in force. */
import { appPath, get, putSettings } from './api.js';
import { draw, h } from './dom.js';
import { fromNow } from './format.js';
import { keepLooking } from './live.js';
import { attempt, confirm } from './notice.js';
import { badge, button, table } from './table.js';

export async function settingsPage({ application, body, signal, mayChange }) {
  let live;
  const look = async () => {
    const [found, { webhooks }] = await Promise.all([
      get(appPath(application), signal),
      get(appPath(application, 'webhooks'), signal),
    ]);
    live = found;
    draw(
      body,
      dispatchSection(live, mayChange && replace),
      dosSection(live, mayChange && replace),
      webhooksSection(webhooks),
      indexesSection(live),
      environmentSection(live),
    );
  };
  const replace = async (kind, value, done) => {
    const isDone = await attempt(() => putSettings(application, kind, value), done);
    await look();
    return isDone;
  };
  await keepLooking(look, { everyMs: 5000, signal });
}

function section(id, title, note, ...children) {
  return h(
    'section',
    { class: 'card', 'data-key': id, 'aria-labelledby': id },
    h('h2', { id }, title),
    h('p', { class: 'note' }, note),
    ...children,
  );
}

async function remove(what, work) {
  if (await confirm({ title: `Remove ${what}?`, text: 'The change is in force at once.', yes: 'Remove' })) await work();
}

function dispatchSection({ settings: { dispatch }, modules }, replace) {
  const submit = async (event) => {
    event.preventDefault();
    const { url, module } = event.target.elements;
    const rule = { url: url.value.trim(), module: module.value };
    if (await replace('dispatch', [...dispatch, rule], `${rule.url} goes to ${rule.module}.`)) url.value = '';
  };
  const drop = (rule) =>
    remove(rule.url, () =>
      replace(
        'dispatch',
        dispatch.filter((one) => one.url !== rule.url),
        `${rule.url} is removed.`,
      ),
    );
  return section(
    'dispatch',
    'Dispatch',
    'The first rule that matches decides. The same as dispatch.yaml, whose next upload replaces them all.',
    table({
      caption: 'Dispatch rules',
      rows: dispatch,
      key: ({ url }) => url,
      empty: 'No rules: addresses alone decide.',
      columns: [
        { title: 'Address', cell: ({ url }) => url },
        { title: 'Module', cell: ({ module }) => module },
        replace && {
          title: 'Actions',
          cell: (rule) => button('Remove', () => drop(rule), { label: `Remove ${rule.url}`, kind: 'danger' }),
        },
      ],
    }),
    replace &&
      h(
        'form',
        { class: 'filters', on: { submit } },
        h(
          'label',
          { class: 'field' },
          h('span', {}, 'Address'),
          h('input', { name: 'url', required: true, placeholder: '*/mobile/*', spellcheck: 'false' }),
        ),
        h(
          'label',
          { class: 'field' },
          h('span', {}, 'Module'),
          h(
            'select',
            { name: 'module' },
            modules.map(({ name }) => h('option', { value: name }, name)),
          ),
        ),
        h('button', {}, 'Add rule'),
      ),
  );
}

function dosSection({ settings: { dos } }, replace) {
  const submit = async (event) => {
    event.preventDefault();
    const { subnet, description } = event.target.elements;
    const rule = {
      subnet: subnet.value.trim(),
      ...(description.value.trim() === '' ? {} : { description: description.value.trim() }),
    };
    if (!(await replace('dos', [...dos, rule], `${rule.subnet} is blocked.`))) return;
    subnet.value = '';
    description.value = '';
  };
  const drop = (rule) =>
    remove(rule.subnet, () =>
      replace(
        'dos',
        dos.filter((one) => one.subnet !== rule.subnet),
        `${rule.subnet} is let in.`,
      ),
    );
  return section(
    'dos',
    'Blocked subnets',
    'Their requests are refused before an instance sees them. The same as dos.yaml.',
    table({
      caption: 'Blocked subnets',
      rows: dos,
      key: ({ subnet }) => subnet,
      empty: 'Nobody is blocked.',
      columns: [
        { title: 'Subnet', cell: ({ subnet }) => subnet },
        { title: 'Why', cell: ({ description }) => description ?? '' },
        replace && {
          title: 'Actions',
          cell: (rule) => button('Remove', () => drop(rule), { label: `Remove ${rule.subnet}`, kind: 'danger' }),
        },
      ],
    }),
    replace &&
      h(
        'form',
        { class: 'filters', on: { submit } },
        h(
          'label',
          { class: 'field' },
          h('span', {}, 'Subnet'),
          h('input', { name: 'subnet', required: true, placeholder: '192.0.2.0/24', spellcheck: 'false' }),
        ),
        h('label', { class: 'field' }, h('span', {}, 'Why'), h('input', { name: 'description' })),
        h('button', {}, 'Block'),
      ),
  );
}

function webhooksSection(webhooks) {
  return section(
    'webhooks',
    'Web-hooks',
    'Who is told of releases: appcfg webhook add',
    table({
      caption: 'Web-hooks',
      rows: webhooks,
      key: ({ id }) => id,
      empty: 'Nobody is told.',
      columns: [
        { title: 'Address', cell: ({ url }) => url },
        { title: 'Events', cell: ({ events }) => events.join(', ') },
        { title: 'Last delivery', cell: deliveryCell },
      ],
    }),
  );
}

function deliveryCell({ disabledAt, lastDelivery }) {
  if (disabledAt !== undefined) return badge('disabled: the receiver is gone', 'bad');
  if (lastDelivery === undefined) return 'none yet';
  const { state, event, status, createdAt } = lastDelivery;
  const kinds = { delivered: 'good', failed: 'bad', queued: 'busy' };
  return [badge(state, kinds[state]), ` ${event}${status === undefined ? '' : `, ${status}`}, ${fromNow(createdAt)}`];
}

function indexesSection({ settings: { indexes } }) {
  return section(
    'indexes',
    'Datastore indexes',
    'From index.yaml: appcfg update-indexes',
    table({
      caption: 'Datastore indexes',
      rows: indexes,
      empty: 'No indexes.',
      columns: [
        { title: 'Kind', cell: ({ kind }) => kind },
        { title: 'Ancestor', cell: ({ ancestor }) => (ancestor ? 'yes' : 'no') },
        {
          title: 'Properties',
          cell: ({ properties }) =>
            properties.map(({ name, direction }) => `${name} ${direction ?? ''}`.trim()).join(', '),
        },
      ],
    }),
  );
}

/** Names only: values may be secrets, and a screen may be watched. */
function environmentSection({ modules }) {
  const rows = modules.flatMap(({ name: module, versions }) =>
    versions.map(({ id, spec }) => ({ module, id, names: Object.keys(spec.environmentVariables) })),
  );
  return section(
    'environment',
    'Environment variables',
    'Their names; values are in the yaml files and with: appcfg versions describe',
    table({
      caption: 'Environment variables by version',
      rows: rows.filter(({ names }) => names.length > 0),
      key: ({ module, id }) => `${module} ${id}`,
      empty: 'No version sets any.',
      columns: [
        { title: 'Version', cell: ({ module, id }) => `${module}:${id}` },
        { title: 'Variables', cell: ({ names }) => names.join(', ') },
      ],
    }),
  );
}
