/** Schedules of every form, and the many ways to write each down. */
import fc from 'fast-check';
import {
  allMonths,
  allOrdinals,
  allWeekdays,
  daysInMonth,
  intervalMinutes,
  type Schedule,
  type SpecificSchedule,
} from '../../../../src/model/schedule/schedule.ts';

const unit = fc.constantFrom('minutes' as const, 'hours' as const);
const time = fc.nat({ max: 1439 });
const some = (values: readonly number[]) =>
  fc.subarray([...values], { minLength: 1 }).map((chosen): readonly number[] => chosen.sort((a, b) => a - b));
const mostly = (values: readonly number[]) => fc.oneof(fc.constant(values), some(values));

const interval = fc.record({
  kind: fc.constant('interval' as const),
  count: fc.integer({ min: 1, max: 99_999 }),
  unit,
});
const window = fc.record({
  kind: fc.constant('window' as const),
  count: fc.oneof(fc.integer({ min: 1, max: 99_999 }), fc.integer({ min: 1, max: 200 })),
  unit,
  from: time,
  to: time,
  isSynchronized: fc.constant(false),
});
const synchronized = fc
  .record({ kind: fc.constant('window' as const), count: fc.integer({ min: 1, max: 1440 }), unit })
  .filter((one) => 1440 % intervalMinutes(one) === 0)
  .map((one) => ({ ...one, from: 0, to: 1439, isSynchronized: true }));
const weekdays = fc.record({
  kind: fc.constant('weekdays' as const),
  ordinals: mostly(allOrdinals),
  weekdays: mostly(allWeekdays),
});
const monthDays = fc.record({
  kind: fc.constant('month-days' as const),
  days: some(Array.from({ length: 31 }, (_, n) => n + 1)),
});
const specific: fc.Arbitrary<SpecificSchedule> = fc
  .record({
    kind: fc.constant('specific' as const),
    days: fc.oneof(weekdays, monthDays),
    months: mostly(allMonths),
    time,
  })
  // An ordinal with "day" is a day of the month: certain ordinals of all weekdays can't be written so.
  .filter(({ days }) => days.kind === 'month-days' || days.ordinals.length === 5 || days.weekdays.length < 7)
  .filter(
    ({ days, months }) => days.kind === 'weekdays' || months.some((month) => daysInMonth(month) >= (days.days[0] ?? 0)),
  );

export const anySchedule: fc.Arbitrary<Schedule> = fc.oneof(interval, window, synchronized, specific);

const weekdayNames = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];
const monthNames = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const ordinalNames = ['1st', '2nd', '3rd', '4th', '5th'];

export function scheduleText(schedule: Schedule): string {
  switch (schedule.kind) {
    case 'interval':
      return `every ${schedule.count} ${schedule.unit}`;
    case 'window': {
      const every = `every ${schedule.count} ${schedule.unit}`;
      return schedule.isSynchronized
        ? `${every} synchronized`
        : `${every} from ${clock(schedule.from)} to ${clock(schedule.to)}`;
    }
    case 'specific': {
      const { days, months } = schedule;
      const when = months.length === 12 ? ' of month' : ` of ${names(months, monthNames, 1)}`;
      if (days.kind === 'month-days') return `${days.days.join(',')}${when} ${clock(schedule.time)}`;
      const ordinals = days.ordinals.length === 5 ? 'every' : names(days.ordinals, ordinalNames, 1);
      const weekdays = days.weekdays.length === 7 ? 'day' : names(days.weekdays, weekdayNames, 0);
      return `${ordinals} ${weekdays}${when} ${clock(schedule.time)}`;
    }
  }
}

function names(values: readonly number[], all: readonly string[], first: number): string {
  return values.map((value) => all[value - first]).join(',');
}

function clock(minutes: number): string {
  return `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, '0')}`;
}
