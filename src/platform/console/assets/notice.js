/** What the console says to people: confirmations, failures, questions. */
import { h } from './dom.js';

const STAYS_MS = 6000;
const timers = new Map();

/** Shown for a while and read out politely. */
export function say(text) {
  show('status', [text]);
}

/** Shown until it is closed, and read out at once. */
export function complain(error) {
  if (error?.name === 'AbortError') return;
  const next = (error?.hints ?? []).map((hint) => h('p', {}, hint));
  show('alert', [h('p', {}, h('strong', {}, error?.message ?? String(error))), ...next]);
}

export function hush() {
  for (const id of ['status', 'alert']) document.getElementById(id).replaceChildren();
}

function show(id, content) {
  const place = document.getElementById(id);
  const close = h('button', { type: 'button', class: 'quiet', on: { click: () => place.replaceChildren() } }, 'Close');
  place.replaceChildren(h('div', {}, ...content), close);
  clearTimeout(timers.get(id));
  if (id === 'status')
    timers.set(
      id,
      setTimeout(() => place.replaceChildren(), STAYS_MS),
    );
}

/** Runs work, says when it is done, complains when it fails. */
export async function attempt(work, done) {
  try {
    const result = await work();
    if (done !== undefined) say(typeof done === 'function' ? done(result) : done);
    return true;
  } catch (error) {
    complain(error);
    return false;
  }
}

/** Resolves to true when the person agrees. The dialog keeps the keyboard and gives it back. */
export function confirm({ title, text, yes }) {
  return new Promise((resolve) => {
    const heading = h('h2', { id: 'question' }, title);
    const no = h('button', { type: 'button', on: { click: () => dialog.close('no') } }, 'Cancel');
    const agree = h('button', { type: 'button', class: 'danger', on: { click: () => dialog.close('yes') } }, yes);
    const dialog = h(
      'dialog',
      { 'aria-labelledby': 'question' },
      heading,
      h('p', {}, text),
      h('div', { class: 'actions' }, no, agree),
    );
    dialog.addEventListener('close', () => {
      dialog.remove();
      resolve(dialog.returnValue === 'yes');
    });
    document.body.append(dialog);
    dialog.showModal();
    no.focus();
  });
}
