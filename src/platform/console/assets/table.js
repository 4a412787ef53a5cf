/** Tables that say what they are: a caption, headers with a scope, one header a row. */
import { h } from './dom.js';

/** @param columns `{ title, cell(row), isNumber, isShort }`; the first one names the row, short ones are not broken; false ones are left out */
export function table({ caption, columns: all, rows, key, empty }) {
  const columns = all.filter(Boolean);
  if (rows.length === 0) return h('p', { class: 'empty' }, empty ?? 'Nothing here yet.');
  const head = columns.map(({ title, isNumber }) => h('th', { scope: 'col', class: isNumber ? 'number' : '' }, title));
  const body = rows.map((row) =>
    h(
      'tr',
      { 'data-key': key ? key(row) : undefined },
      columns.map(({ cell, ...look }, index) =>
        h(index === 0 ? 'th' : 'td', { scope: index === 0 ? 'row' : undefined, class: classOf(look) }, cell(row)),
      ),
    ),
  );
  return h(
    'div',
    { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': caption },
    h('table', {}, h('caption', { class: 'sr' }, caption), h('thead', {}, h('tr', {}, head)), h('tbody', {}, body)),
  );
}

function classOf({ isNumber, isShort }) {
  if (isNumber) return 'number';
  return isShort ? 'short' : '';
}

export function button(text, click, { label, kind = '', isDisabled = false } = {}) {
  return h('button', { type: 'button', class: kind, 'aria-label': label, disabled: isDisabled, on: { click } }, text);
}

/** A word with a colour, never the colour alone. */
export function badge(text, kind = 'plain') {
  return h('span', { class: `badge ${kind}` }, text);
}

export function external(url, text = url) {
  return h('a', { href: url, target: '_blank', rel: 'noopener noreferrer' }, text);
}

export function select({ label, value, options, change }) {
  return h(
    'label',
    { class: 'field' },
    h('span', {}, label),
    h(
      'select',
      { value, on: { change: (event) => change(event.target.value) } },
      options.map(([id, text]) => h('option', { value: id }, text)),
    ),
  );
}
