/** When a schedule runs next. */
import {
  daysInMonth,
  intervalMinutes,
  type Schedule,
  type ScheduleDays,
  type SpecificSchedule,
  type WindowSchedule,
} from './schedule.ts';
import { DAY_MS, instantsOf, localTimeOf, MINUTE_MS } from './zoned-time.ts';

/** After this many months the calendar repeats itself: what did not come until then never comes. */
const MONTHS_OF_ALL_CALENDARS = 400 * 12;

/**
 * The first run strictly after an instant, both in milliseconds since the epoch; always at a whole minute.
 *
 * - A plain interval counts from `after`, which should be the end of the last run; seconds are cut.
 * - A time range or `synchronized` counts from the start of the range, in elapsed time, while `after` and the run are
 *   inside of it, its end included; then comes the next start. A start that the clocks leave out is when they go on.
 * - A specific time that the clocks leave out is skipped that day; one that they show twice runs twice.
 *
 * @returns Infinity for a time that the zone leaves out on every such day (02:30 on the second Sunday of March in New York)
 * @throws RangeError for an unknown time zone, unless the schedule is a plain interval
 */
export function nextRun(schedule: Schedule, after: Date | number, timezone: string): number {
  const afterMs = Number(after);
  switch (schedule.kind) {
    case 'interval':
      return Math.floor((afterMs + intervalMinutes(schedule) * MINUTE_MS) / MINUTE_MS) * MINUTE_MS;
    case 'window':
      return nextInWindow(schedule, afterMs, timezone);
    case 'specific':
      return nextSpecific(schedule, afterMs, timezone);
  }
}

function nextInWindow(schedule: WindowSchedule, afterMs: number, timezone: string): number {
  const clock = { from: schedule.from, to: schedule.to, timezone };
  const start = latest(clock.from, afterMs, timezone);
  const nextStart = earliest(clock.from, afterMs, timezone);
  const intervalMs = intervalMinutes(schedule) * MINUTE_MS;
  const run = start + (Math.floor((afterMs - start) / intervalMs) + 1) * intervalMs;
  return run < nextStart && isInside(clock, afterMs) && isInside(clock, run) ? run : nextStart;
}

/** Whether the window began more recently than it ended, or ends just now. */
function isInside(
  { from, to, timezone }: { readonly from: number; readonly to: number; readonly timezone: string },
  instantMs: number,
): boolean {
  const end = latest(to, instantMs, timezone);
  return end === instantMs || latest(from, instantMs, timezone) > end;
}

/** The last time at or before an instant that the clocks came to a time of day. */
function latest(minutes: number, instantMs: number, timezone: string): number {
  for (let date = dateOf(instantMs, timezone); ; date -= DAY_MS) {
    const arrival = arrivalAt(date + minutes * MINUTE_MS, timezone);
    if (arrival <= instantMs) return arrival;
  }
}

/** The first time after an instant that the clocks come to a time of day. */
function earliest(minutes: number, instantMs: number, timezone: string): number {
  for (let date = dateOf(instantMs, timezone); ; date += DAY_MS) {
    const arrival = arrivalAt(date + minutes * MINUTE_MS, timezone);
    if (arrival > instantMs) return arrival;
  }
}

/** When the clocks first show a local time, or go on after having left it out. */
function arrivalAt(localMs: number, timezone: string): number {
  for (let shown = localMs; ; shown += MINUTE_MS) {
    const [first] = instantsOf(shown, timezone);
    if (first !== undefined) return first;
  }
}

function nextSpecific(schedule: SpecificSchedule, afterMs: number, timezone: string): number {
  const today = dateOf(afterMs, timezone);
  const first = new Date(today);
  for (let months = 0; months <= MONTHS_OF_ALL_CALENDARS; months += 1) {
    const month = new Date(Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + months, 1));
    if (!schedule.months.includes(month.getUTCMonth() + 1)) continue;
    for (const day of daysOf(schedule.days, month)) {
      const date = month.getTime() + (day - 1) * DAY_MS;
      if (date < today) continue;
      const run = instantsOf(date + schedule.time * MINUTE_MS, timezone).find((instant) => instant > afterMs);
      if (run !== undefined) return run;
    }
  }
  return Number.POSITIVE_INFINITY;
}

/** The days of a month that match, sorted. */
function daysOf(days: ScheduleDays, month: Date): readonly number[] {
  const last = daysInMonth(month.getUTCMonth() + 1, month.getUTCFullYear());
  if (days.kind === 'month-days') return days.days.filter((day) => day <= last);
  const firstWeekday = month.getUTCDay();
  return days.ordinals
    .flatMap((ordinal) => days.weekdays.map((weekday) => 1 + ((weekday - firstWeekday + 7) % 7) + 7 * (ordinal - 1)))
    .filter((day) => day <= last)
    .sort((a, b) => a - b);
}

/** Midnight of the local day. */
function dateOf(instantMs: number, timezone: string): number {
  return Math.floor(localTimeOf(instantMs, timezone) / DAY_MS) * DAY_MS;
}
