/** Numbers, times and states as people read them. */

const UNITS = ['B', 'kB', 'MB', 'GB', 'TB'];

export function bytes(amount) {
  if (amount === undefined) return '–';
  let value = amount;
  let unit = 0;
  while (value >= 1024 && unit < UNITS.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${value < 10 && unit > 0 ? value.toFixed(1) : Math.round(value)} ${UNITS[unit]}`;
}

export function duration(ms) {
  if (ms === undefined) return '–';
  if (ms < 1) return '<1 ms';
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1000).toFixed(1)} s`;
  const minutes = Math.floor(ms / 60_000);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `${hours} h ${minutes % 60} min` : `${Math.floor(hours / 24)} days`;
}

export function percent(share) {
  return `${Number((share * 100).toFixed(1))}%`;
}

export function cores(amount) {
  return `${Math.round(amount * 100)}%`;
}

export function number(amount) {
  return amount.toLocaleString('en');
}

export function count(amount, one, many = `${one}s`) {
  return `${number(amount)} ${amount === 1 ? one : many}`;
}

const two = (value) => String(value).padStart(2, '0');

/** `2026-11-22 03:10:05`, in the browser's own time zone. */
export function dateTime(when) {
  const date = new Date(when);
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}

export function clockTime(when) {
  const date = new Date(when);
  const ms = String(date.getMilliseconds()).padStart(3, '0');
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}.${ms}`;
}

/** `in 5 min`, `2 h 3 min ago`. */
export function fromNow(when) {
  const ms = new Date(when).getTime() - Date.now();
  if (Math.abs(ms) < 1000) return 'now';
  return ms > 0 ? `in ${duration(ms)}` : `${duration(-ms)} ago`;
}

/** Instances with automatic scaling have long names; the first letters tell them apart. */
export function shortId(id) {
  return id.length > 12 ? id.slice(0, 8) : id;
}
