/** The traffic of a module: one slider a version; the others make room, so that the sum is always 100. */
import { h } from './dom.js';
import { percent } from './format.js';
import { button } from './table.js';

export function trafficForm(module, { mayChange, draft, onMove, onReset, onApply }) {
  const versions = module.versions.map(({ id }) => id);
  if (!mayChange) return h('p', { class: 'note' }, `Traffic: ${allocationsText(module.traffic.allocations)}`);
  if (versions.length < 2) {
    return h('p', { class: 'note' }, `All traffic goes to ${versions[0]}. Deploy a second version to split it.`);
  }
  const shares = draft ?? sharesOf(module);
  const rows = versions.map((id) =>
    slider(module.name, id, shares[id] ?? 0, (value) => onMove(moved(shares, versions, { id, value }))),
  );
  const submit = (event) => {
    event.preventDefault();
    const allocations = allocationsOf(shares);
    void onApply({ shardBy: module.traffic.shardBy, allocations }, allocationsText(allocations));
  };
  return h(
    'form',
    { class: 'traffic', on: { submit }, 'aria-label': `Traffic of ${module.name}` },
    rows,
    h(
      'div',
      { class: 'actions' },
      h(
        'button',
        { class: 'primary', disabled: draft === undefined, 'aria-label': `Apply traffic of ${module.name}` },
        'Apply',
      ),
      button('Reset', onReset, { isDisabled: draft === undefined, label: `Reset traffic of ${module.name}` }),
      h('small', {}, `Visitors are told apart by ${module.traffic.shardBy}.`),
    ),
  );
}

function allocationsText(allocations) {
  return Object.entries(allocations)
    .map(([id, share]) => `${id} ${percent(share)}`)
    .join(', ');
}

function slider(module, version, value, move) {
  const id = `share-${module}-${version}`;
  return h(
    'div',
    { class: 'share', 'data-key': version },
    h('label', { for: id }, version),
    h('input', {
      id,
      type: 'range',
      min: 0,
      max: 100,
      value: String(value),
      'aria-valuetext': `${Math.round(value)} per cent`,
      on: { input: (event) => move(Number(event.target.value)) },
    }),
    h('output', { for: id }, `${Math.round(value)}%`),
  );
}

function sharesOf({ versions, traffic }) {
  return Object.fromEntries(versions.map(({ id }) => [id, Math.round((traffic.allocations[id] ?? 0) * 1000) / 10]));
}

/** The others keep their proportions; where they had nothing the first of them takes the rest. */
function moved(shares, versions, { id, value }) {
  const others = versions.filter((other) => other !== id);
  const before = others.reduce((sum, other) => sum + (shares[other] ?? 0), 0);
  const rest = 100 - value;
  const next = { [id]: value };
  for (const [index, other] of others.entries()) {
    next[other] = before > 0 ? ((shares[other] ?? 0) / before) * rest : index === 0 ? rest : 0;
  }
  return Object.fromEntries(versions.map((version) => [version, next[version]]));
}

/** Whole per cents that add up to 1, without those that get nothing. */
function allocationsOf(shares) {
  const whole = Object.entries(shares).map(([id, share]) => [id, Math.round(share)]);
  const [largest] = [...whole].sort((one, other) => other[1] - one[1]);
  largest[1] += 100 - whole.reduce((sum, [, share]) => sum + share, 0);
  return Object.fromEntries(whole.filter(([, share]) => share > 0).map(([id, share]) => [id, share / 100]));
}
