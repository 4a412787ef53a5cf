/** Says in plain English when a schedule runs. */
import {
  allMonths,
  allOrdinals,
  allWeekdays,
  type Schedule,
  type ScheduleDays,
  type SpecificSchedule,
} from './schedule.ts';

const weekdayNames = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
const ordinalNames = ['', 'first', 'second', 'third', 'fourth', 'fifth'];
const monthNames = [
  ...['', 'January', 'February', 'March', 'April', 'May', 'June'],
  ...['July', 'August', 'September', 'October', 'November', 'December'],
];

/** Begins in lower case, without a full stop: `every 5 minutes`, `on the first Monday of every month at 09:00`. */
export function describeSchedule(schedule: Schedule): string {
  switch (schedule.kind) {
    case 'interval':
      return everySoOften(schedule);
    case 'window':
      if (schedule.isSynchronized) return `${everySoOften(schedule)}, counted from midnight`;
      return `${everySoOften(schedule)} from ${timeText(schedule.from)} to ${timeText(schedule.to)}`;
    case 'specific':
      return `${daysText(schedule)} at ${timeText(schedule.time)}`;
  }
}

function everySoOften({ count, unit }: { readonly count: number; readonly unit: 'minutes' | 'hours' }): string {
  return count === 1 ? `every ${unit.slice(0, -1)}` : `every ${count} ${unit}`;
}

function daysText({ days, months }: SpecificSchedule): string {
  const isEveryMonth = months.length === allMonths.length;
  const named = list(months.map((month) => monthNames[month] ?? ''));
  if (isEveryDay(days)) return isEveryMonth ? 'every day' : `every day of ${named}`;
  const ofMonths = isEveryMonth ? 'every month' : named;
  if (days.kind === 'month-days') return `on the ${list(days.days.map(numbered))} of ${ofMonths}`;
  const weekdays = list(days.weekdays.map((weekday) => weekdayNames[weekday] ?? ''));
  if (days.ordinals.length === allOrdinals.length)
    return isEveryMonth ? `every ${weekdays}` : `every ${weekdays} of ${named}`;
  const ordinals = list(days.ordinals.map((ordinal) => ordinalNames[ordinal] ?? ''));
  return `on the ${ordinals} ${weekdays} of ${ofMonths}`;
}

function isEveryDay(days: ScheduleDays): boolean {
  return (
    days.kind === 'weekdays' &&
    days.ordinals.length === allOrdinals.length &&
    days.weekdays.length === allWeekdays.length
  );
}

/** 1st, 2nd, 3rd, 4th, 11th, 21st */
function numbered(day: number): string {
  const isTeen = day >= 11 && day <= 13;
  return `${day}${(isTeen ? undefined : ['th', 'st', 'nd', 'rd'][day % 10]) ?? 'th'}`;
}

function list(items: readonly string[]): string {
  if (items.length < 2) return items.join('');
  return `${items.slice(0, -1).join(', ')} and ${items.at(-1)}`;
}

function timeText(minutes: number): string {
  return `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;
}
