/** Versions by module: traffic with sliders, start and stop, number of instances, deletion. */
import { appPath, change, get } from './api.js';
import { draw, h } from './dom.js';
import { bytes, dateTime } from './format.js';
import { keepLooking } from './live.js';
import { attempt, confirm } from './notice.js';
import { statusBadge } from './page-overview.js';
import { button, external, table } from './table.js';
import { trafficForm } from './traffic-form.js';

export async function versionsPage({ application, body, signal, mayChange }) {
  /** Module -> version -> per cent, of sliders that were moved and not applied. */
  const drafts = new Map();
  let live;
  const redraw = () =>
    draw(body, live.modules.length === 0 ? 'No versions yet.' : live.modules.map((module) => section(module)));
  const look = async () => {
    live = await get(appPath(application), signal);
    redraw();
  };
  const act = async (work, done) => {
    await attempt(work, done);
    await look();
  };
  const section = (module) => {
    const id = `module-${module.name}`;
    return h(
      'section',
      { class: 'card', 'data-key': module.name, 'aria-labelledby': id },
      h('h2', { id }, module.name, ' ', h('small', {}, external(module.url))),
      trafficForm(module, {
        mayChange,
        draft: drafts.get(module.name),
        onMove: (shares) => {
          drafts.set(module.name, shares);
          redraw();
        },
        onReset: () => {
          drafts.delete(module.name);
          redraw();
        },
        onApply: (split, text) =>
          act(async () => {
            await change('POST', application, appPath(application, 'traffic'), { splits: { [module.name]: split } });
            drafts.delete(module.name);
          }, `Traffic of ${module.name}: ${text}`),
      }),
      versionsTable(application, module, mayChange && act),
    );
  };
  await keepLooking(look, { everyMs: 5000, signal });
}

function versionsTable(application, module, act) {
  const path = (version) => appPath(application, 'modules', module.name, 'versions', version.id);
  return table({
    caption: `Versions of ${module.name}`,
    rows: module.versions,
    key: ({ id }) => id,
    columns: [
      { title: 'Version', cell: ({ id, url }) => external(url, id) },
      { title: 'Status', cell: statusBadge },
      { title: 'Runtime', cell: ({ spec }) => spec.runtime },
      { title: 'Scaling', isShort: true, cell: ({ spec, instancesOverride }) => scalingText(spec, instancesOverride) },
      { title: 'Size', isNumber: true, cell: ({ diskUsage }) => bytes(diskUsage) },
      {
        title: 'Deployed',
        isShort: true,
        cell: ({ createdAt, createdBy }) => `${dateTime(createdAt)} by ${createdBy}`,
      },
      act && {
        title: 'Actions',
        cell: (version) => actions({ module, version, path: path(version), application, act }),
      },
    ],
  });
}

function scalingText({ scaling, instanceClass }, instancesOverride) {
  const amount = scaling.type === 'manual' ? ` ${instancesOverride ?? scaling.instances}` : '';
  return `${scaling.type}${amount}, ${instanceClass}`;
}

function actions({ module, version, path, application, act }) {
  const name = `${module.name}:${version.id}`;
  const { type } = version.spec.scaling;
  const isServing = version.servingStatus === 'serving';
  const setStatus = () =>
    act(
      () => change('POST', application, path, { status: isServing ? 'stopped' : 'serving' }),
      `${name} is ${isServing ? 'stopped' : 'serving'}.`,
    );
  const remove = async () => {
    const question = {
      title: `Delete ${name}?`,
      text: 'Its instances end. A release that holds it can still be put back.',
      yes: 'Delete',
    };
    if (await confirm(question)) await act(() => change('DELETE', application, path), `${name} is deleted.`);
  };
  const hasTraffic = (module.traffic.allocations[version.id] ?? 0) > 0;
  return h(
    'div',
    { class: 'actions' },
    type !== 'automatic' &&
      button(isServing ? 'Stop' : 'Start', setStatus, { label: `${isServing ? 'Stop' : 'Start'} ${name}` }),
    type === 'manual' && scaleForm({ version, name, path, application, act }),
    button('Delete', remove, {
      label: `Delete ${name}`,
      kind: 'danger',
      isDisabled: hasTraffic && module.versions.length > 1,
    }),
  );
}

function scaleForm({ version, name, path, application, act }) {
  const submit = (event) => {
    event.preventDefault();
    const instances = Number(event.target.elements.instances.value);
    void act(() => change('POST', application, path, { instances }), `${name} has ${instances} instances.`);
  };
  const now = version.instancesOverride ?? version.spec.scaling.instances;
  return h(
    'form',
    { class: 'inline', on: { submit } },
    h('input', {
      name: 'instances',
      type: 'number',
      min: 1,
      max: 200,
      required: true,
      value: String(now),
      'aria-label': `Instances of ${name}`,
    }),
    h('button', { 'aria-label': `Set instances of ${name}` }, 'Scale'),
  );
}
