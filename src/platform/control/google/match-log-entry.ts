/** Whether an entry passes a filter, and since when entries can. */
import type { LogEntry } from './log-entry.ts';
import type { LogFilter, Operator } from './log-filter.ts';

export function passes(filter: LogFilter, entry: LogEntry): boolean {
  switch (filter.kind) {
    case 'all':
      return filter.parts.every((part) => passes(part, entry));
    case 'any':
      return filter.parts.some((part) => passes(part, entry));
    case 'not':
      return !passes(filter.part, entry);
    case 'search':
      return JSON.stringify(entry).toLowerCase().includes(filter.text.toLowerCase());
    case 'compare':
      return compare(filter.path, filter.operator, filter.value, entry);
  }
}

export interface TimeBounds {
  /** Inclusive, milliseconds since the epoch. */
  readonly sinceMs: number;
  /** Exclusive. */
  readonly untilMs: number;
}

/** No entry outside these bounds can pass; those inside still have to be looked at. */
export function timeBounds(filter: LogFilter): TimeBounds {
  const everything = { sinceMs: Number.NEGATIVE_INFINITY, untilMs: Number.POSITIVE_INFINITY };
  switch (filter.kind) {
    case 'all':
      return filter.parts
        .map(timeBounds)
        .reduce(
          (a, b) => ({ sinceMs: Math.max(a.sinceMs, b.sinceMs), untilMs: Math.min(a.untilMs, b.untilMs) }),
          everything,
        );
    case 'any':
      return filter.parts
        .map(timeBounds)
        .reduce((a, b) => ({ sinceMs: Math.min(a.sinceMs, b.sinceMs), untilMs: Math.max(a.untilMs, b.untilMs) }));
    case 'compare': {
      if (filter.path.join('.') !== 'timestamp') return everything;
      const ms = Math.floor((microsOf(filter.value) ?? Number.NaN) / 1000);
      if (Number.isNaN(ms)) return everything;
      const isLower = ['>', '>=', '='].includes(filter.operator);
      const isUpper = ['<', '<=', '='].includes(filter.operator);
      return { sinceMs: isLower ? ms : everything.sinceMs, untilMs: isUpper ? ms + 1 : everything.untilMs };
    }
    case 'not':
    case 'search':
      return everything;
  }
}

const severities: readonly string[] = [
  ...['DEFAULT', 'DEBUG', 'INFO', 'NOTICE', 'WARNING', 'ERROR', 'CRITICAL', 'ALERT', 'EMERGENCY'],
];

function compare(path: readonly string[], operator: Operator, wanted: string, entry: LogEntry): boolean {
  const found = path.reduce<unknown>((value, name) => (isRecord(value) ? value[name] : undefined), entry);
  if (operator === ':')
    return wanted === '*' ? found !== undefined : textOf(found).toLowerCase().includes(wanted.toLowerCase());
  if (found === undefined) return operator === '!=';
  const [left, right] = comparable(path.join('.'), textOf(found), wanted);
  switch (operator) {
    case '=':
      return left === right;
    case '!=':
      return left !== right;
    case '>':
      return left > right;
    case '>=':
      return left >= right;
    case '<':
      return left < right;
    case '<=':
      return left <= right;
  }
}

function comparable(
  path: string,
  found: string,
  wanted: string,
): readonly [number, number] | readonly [string, string] {
  if (path === 'severity') return [severity(found), severity(wanted)];
  if (path === 'timestamp' || path === 'receiveTimestamp')
    return [microsOf(found) ?? 0, microsOf(wanted) ?? Number.NaN];
  const numbers = [Number(found), Number(wanted)] as const;
  const isNumeric =
    path !== 'insertId' && found !== '' && wanted !== '' && numbers.every((value) => !Number.isNaN(value));
  return isNumeric ? numbers : [found, wanted];
}

/** Names in their order, or a number: 100 a step. */
function severity(text: string): number {
  return /^\d+$/.test(text) ? Number(text) : 100 * severities.indexOf(text.toUpperCase());
}

/** Microseconds since the epoch; undefined for what is no RFC 3339 time. */
export function microsOf(text: string): number | undefined {
  const match = /^(\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(Z|z|[+-]\d\d:?\d\d)?$/.exec(text.trim());
  if (!match) return /^\d{4}-\d\d-\d\d$/.test(text) ? Date.parse(text) * 1000 : undefined;
  const [, whole = '', fraction = '', zone = 'Z'] = match;
  const seconds = Date.parse(`${whole.replace(' ', 'T')}${zone.toUpperCase()}`);
  return Number.isNaN(seconds) ? undefined : seconds * 1000 + Number(fraction.padEnd(6, '0').slice(0, 6));
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
