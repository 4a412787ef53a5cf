/** Days as App Engine counts them for logs: those of California. Pure. */
import { DAY_MS, instantsOf, localTimeOf, MINUTE_MS } from '../../model/schedule/zoned-time.ts';

const PACIFIC = 'America/Los_Angeles';

export interface TimeRange {
  /** Inclusive, milliseconds since the epoch; undefined: from the beginning. */
  readonly sinceMs?: number;
  /** Exclusive, milliseconds since the epoch. */
  readonly untilMs: number;
}

/** @param days 0 for all; @param endDate milliseconds of its midnight as if it were UTC; undefined for today */
export function pacificDays(days: number, endDate: number | undefined, nowMs: number): TimeRange {
  const end = endDate ?? Math.floor(localTimeOf(nowMs, PACIFIC) / DAY_MS) * DAY_MS;
  const untilMs = midnight(end + DAY_MS);
  return days === 0 ? { untilMs } : { sinceMs: midnight(end - (days - 1) * DAY_MS), untilMs };
}

/** `2026-11-21` -> what `pacificDays` takes; undefined for what is no date. */
export function readDate(text: string): number | undefined {
  const match = /^(\d{4})-(\d{1,2})-(\d{1,2})$/.exec(text);
  if (!match) return undefined;
  const [year = 0, month = 0, day = 0] = match.slice(1).map(Number);
  const date = new Date(Date.UTC(year, month - 1, day));
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day ? date.getTime() : undefined;
}

/** `[21/Nov/2026:14:03:07 -0800]` */
export function pacificTime(instantMs: number): string {
  const local = localTimeOf(instantMs, PACIFIC);
  const [, day, month, year, time] = /^\w+, (\d+) (\w+) (\d+) ([\d:]+)/.exec(new Date(local).toUTCString()) ?? [];
  const offset = Math.round((local - Math.floor(instantMs / 1000) * 1000) / MINUTE_MS);
  const minutes = Math.abs(offset);
  const clock = `${pad(Math.floor(minutes / 60))}${pad(minutes % 60)}`;
  return `[${day}/${month}/${year}:${time} ${offset < 0 ? '-' : '+'}${clock}]`;
}

/** The clocks change at two in the morning, so that midnight is there once. */
function midnight(localMs: number): number {
  return instantsOf(localMs, PACIFIC)[0] ?? localMs;
}

function pad(number: number): string {
  return String(number).padStart(2, '0');
}
