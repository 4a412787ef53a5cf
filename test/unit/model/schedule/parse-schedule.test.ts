import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseSchedule } from '../../../../src/model/schedule/parse-schedule.ts';
import { allMonths, allOrdinals, allWeekdays, type Schedule } from '../../../../src/model/schedule/schedule.ts';
import { anySchedule, scheduleText } from './arbitrary-schedule.ts';

const at = (text: string) => Number(text.split(':')[0]) * 60 + Number(text.split(':')[1]);
const interval = (count: number, unit: 'minutes' | 'hours'): Schedule => ({ kind: 'interval', count, unit });
const window = (count: number, unit: 'minutes' | 'hours', from: string, to: string): Schedule => ({
  kind: 'window',
  count,
  unit,
  from: at(from),
  to: at(to),
  isSynchronized: false,
});
const synchronized = (count: number, unit: 'minutes' | 'hours'): Schedule => ({
  ...(window(count, unit, '00:00', '23:59') as Extract<Schedule, { kind: 'window' }>),
  isSynchronized: true,
});
const all = 'all';
const weekdays = (
  ordinals: readonly number[] | 'all',
  days: readonly number[] | 'all',
  months: readonly number[] | 'all',
  time: string,
): Schedule => ({
  kind: 'specific',
  days: {
    kind: 'weekdays',
    ordinals: ordinals === all ? allOrdinals : ordinals,
    weekdays: days === all ? allWeekdays : days,
  },
  months: months === all ? allMonths : months,
  time: at(time),
});
const monthDays = (days: readonly number[], months: readonly number[] | 'all', time: string): Schedule => ({
  kind: 'specific',
  days: { kind: 'month-days', days },
  months: months === all ? allMonths : months,
  time: at(time),
});

describe('accepted schedules', () => {
  it.each<[string, Schedule]>([
    ['every 5 minutes', interval(5, 'minutes')],
    ['every 5 mins', interval(5, 'minutes')],
    ['every 1 minutes', interval(1, 'minutes')],
    ['every 05 minutes', interval(5, 'minutes')],
    ['every 12 hours', interval(12, 'hours')],
    ['every 1 hours', interval(1, 'hours')],
    ['every 24 hours', interval(24, 'hours')],
    ['every 9999 minutes', interval(9999, 'minutes')],
    ['every 99999 minutes', interval(99_999, 'minutes')],
    ['  every   5   minutes  ', interval(5, 'minutes')],
    ['every\t5\tminutes', interval(5, 'minutes')],
    ['every\r\n5 minutes\n', interval(5, 'minutes')],
    ['every5minutes', interval(5, 'minutes')],
    ['every 5minutes', interval(5, 'minutes')],
    ['every 2 hours from 10:00 to 14:00', window(2, 'hours', '10:00', '14:00')],
    ['every 5 minutes from 10:00 to 14:00', window(5, 'minutes', '10:00', '14:00')],
    ['every 5 minutes from 22:00 to 02:00', window(5, 'minutes', '22:00', '2:00')],
    ['every 5 minutes from 9:00 to 17:00', window(5, 'minutes', '9:00', '17:00')],
    ['every 12 hours from 10:00 to 10:00', window(12, 'hours', '10:00', '10:00')],
    ['every 30 minutes from 10:15 to 10:15', window(30, 'minutes', '10:15', '10:15')],
    ['every5minutesfrom9:00to17:00', window(5, 'minutes', '9:00', '17:00')],
    ['every 2 hours synchronized', synchronized(2, 'hours')],
    ['every 24 hours synchronized', synchronized(24, 'hours')],
    ['every 1440 minutes synchronized', synchronized(1440, 'minutes')],
    ['every2hourssynchronized', synchronized(2, 'hours')],
    ['every day 00:00', weekdays(all, all, all, '0:00')],
    ['every day 0:00', weekdays(all, all, all, '0:00')],
    ['every day 23:59', weekdays(all, all, all, '23:59')],
    ['every monday 09:00', weekdays(all, [1], all, '9:00')],
    ['every mon 9:00', weekdays(all, [1], all, '9:00')],
    ['everymonday09:00', weekdays(all, [1], all, '9:00')],
    ['every mon,wed,fri 09:00', weekdays(all, [1, 3, 5], all, '9:00')],
    ['every mon, wed , fri 09:00', weekdays(all, [1, 3, 5], all, '9:00')],
    ['every monday,monday 09:00', weekdays(all, [1], all, '9:00')],
    ['every sat,sun of month 10:00', weekdays(all, [0, 6], all, '10:00')],
    ['every monday of month 10:00', weekdays(all, [1], all, '10:00')],
    ['1st monday of month 17:00', weekdays([1], [1], all, '17:00')],
    ['1st,third monday of month 17:00', weekdays([1, 3], [1], all, '17:00')],
    ['1st,3rd monday,tuesday of month 17:00', weekdays([1, 3], [1, 2], all, '17:00')],
    ['first monday of sep,oct,nov 17:00', weekdays([1], [1], [9, 10, 11], '17:00')],
    ['second,fourth,fifth friday 10:00', weekdays([2, 4, 5], [5], all, '10:00')],
    ['2nd friday of january 10:00', weekdays([2], [5], [1], '10:00')],
    ['fifth sunday of month 10:00', weekdays([5], [0], all, '10:00')],
    ['first,first monday of month 9:00', weekdays([1], [1], all, '9:00')],
    ['1st sunday,monday of month 10:00', weekdays([1], [0, 1], all, '10:00')],
    ['1st monday of jan,january 10:00', weekdays([1], [1], [1], '10:00')],
    ['2nd,third mon,wed,thu of march 17:00', weekdays([2, 3], [1, 3, 4], [3], '17:00')],
    ['every day of month 10:00', weekdays(all, all, all, '10:00')],
    ['every day of jan,feb 10:00', weekdays(all, all, [1, 2], '10:00')],
    ['every day of quarter 10:00', weekdays(all, all, [1, 4, 7, 10], '10:00')],
    ['1st monday of 1st month of quarter 10:00', weekdays([1], [1], [1, 4, 7, 10], '10:00')],
    ['1st monday of first,third month of quarter 10:00', weekdays([1], [1], [1, 3, 4, 6, 7, 9, 10, 12], '10:00')],
    ['1st day of month 10:00', monthDays([1], all, '10:00')],
    ['1st day 10:00', monthDays([1], all, '10:00')],
    ['1st,2nd day 10:00', monthDays([1, 2], all, '10:00')],
    ['first day of quarter 10:00', monthDays([1], [1, 4, 7, 10], '10:00')],
    ['1st,2nd day of second month of quarter 10:00', monthDays([1, 2], [2, 5, 8, 11], '10:00')],
    ['1 of month 10:00', monthDays([1], all, '10:00')],
    ['1,1 of month 9:00', monthDays([1], all, '9:00')],
    ['1,15 of month 10:00', monthDays([1, 15], all, '10:00')],
    ['1,15,31 of jan,mar 10:00', monthDays([1, 15, 31], [1, 3], '10:00')],
    ['29 of february 10:00', monthDays([29], [2], '10:00')],
    ['31 of apr,jan 10:00', monthDays([31], [1, 4], '10:00')],
    ['30 of feb,mar 10:00', monthDays([30], [2, 3], '10:00')],
    ['1 of quarter 10:00', monthDays([1], [1, 4, 7, 10], '10:00')],
    ['1 of first month of quarter 10:00', monthDays([1], [1, 4, 7, 10], '10:00')],
  ])('%j', (text, schedule) => {
    expect(parseSchedule(text)).toEqual({ ok: true, schedule });
  });

  it('are all that can be written, in whatever way the parts are set apart', () => {
    const gap = fc.constantFrom('', ' ', '\t', ' \n ');
    fc.assert(
      fc.property(anySchedule, fc.array(gap, { minLength: 40, maxLength: 40 }), (schedule, gaps) => {
        const text = scheduleText(schedule);
        expect(parseSchedule(text), text).toEqual({ ok: true, schedule });
        // Only a number and a time need something between them, and never follow each other.
        let index = 0;
        const spread = text.replace(/ |,/g, (found) => {
          index += 2;
          const [before, after] = [gaps[index % 40], gaps[(index + 1) % 40]];
          return found === ',' ? `${before},${after}` : `${before}${after}`;
        });
        expect(parseSchedule(spread), JSON.stringify(spread)).toEqual({ ok: true, schedule });
      }),
    );
  });
});

describe('refused schedules say where and what to write', () => {
  it.each<[string, number, RegExp]>([
    ['', 1, /empty; write for example "every 24 hours"/],
    ['  \t ', 1, /empty/],
    ['foo', 1, /begins with|not a word/],
    ['every 1 minute', 9, /write "minutes"/],
    ['every 1 min', 9, /"mins" or "minutes"/],
    ['every 1 hour', 9, /write "hours"/],
    ['every hour', 7, /"every 1 hours"/],
    ['every minute', 7, /"every 1 minutes"/],
    ['every minutes', 7, /"every 1 minutes"/],
    ['every 5 seconds', 9, /no seconds/],
    ['every 2 days', 9, /"every 48 hours"/],
    ['every 1 days 10:00', 9, /"every day 09:00"/],
    ['every two hours', 7, /in digits: "2"/],
    ['every 2 feet', 9, /"feet" is not a word/],
    ['every 0 minutes', 7, /at least 1/],
    ['every 000 hours', 7, /at least 1/],
    ['every 100000 minutes', 7, /5 digits/],
    ['every -5 minutes', 7, /whole number/],
    ['every 1.5 hours', 7, /whole number/],
    ['every 5', 8, /"minutes" or "hours"/],
    ['every 5 minutes from 09:00', 27, /"to" and the time/],
    ['every 5 minutes to 09:00', 17, /"from 09:00 to 17:00"/],
    ['every 1 minutes 09:00 to 12:00', 17, /write "from"/],
    ['every 1 minutes from 09:00 12:00', 28, /write "to"/],
    ['every 1 minutes from', 21, /time at which the range begins/],
    ['every 7 hours synchronized', 15, /divide 24 hours/],
    ['every 25 hours synchronized', 16, /divide 24 hours/],
    ['every 48 hours synchronized', 16, /divide 24 hours/],
    ['every 7 minutes synchronized', 17, /divide 24 hours/],
    ['every 5 minutes synchronized from 10:00 to 12:00', 30, /exclude each other/],
    ['every 1 minutes from 09:00 to 12:00 synchronized', 37, /without a time range/],
    ['every sunday 09:00 synchronized', 20, /only an interval/],
    ['every day', 10, /time of day/],
    ['every day 24:00', 11, /"00:00" for midnight/],
    ['every day 12:60', 11, /HH:MM/],
    ['every day 9:5', 11, /HH:MM/],
    ['every day 1:00 AM', 16, /24|0 to 23/],
    ['every day 1:00 PM', 16, /"13:00"/],
    ['every day noon', 11, /"12:00"/],
    ['every day 01:00,02:00', 16, /second job/],
    ['1st monday of month', 20, /time of day/],
    ['every 01:00', 7, /"every day 01:00"/],
    ['every 24 hours 09:00', 16, /no time of day/],
    ['every Monday 09:00', 7, /"monday": schedules are in lower case/],
    ['EVERY monday 09:00', 1, /"every": schedules are in lower case/],
    ['monday 09:00', 1, /"every monday"/],
    ['mon 09:00', 1, /"every mon"/],
    ['every mon-fri 09:00', 10, /"mon,tue,wed"/],
    ['every weekday 09:00', 7, /"mon,tue,wed,thu,fri"/],
    ['every tues 10:00', 7, /"tue" or "tuesday"/],
    ['every thur 10:00', 7, /"thu" or "thursday"/],
    ['every day,monday 10:00', 10, /every day already/],
    ['1st funday of every month 10:12', 5, /"funday"/],
    ['every sept 10:00', 7, /"sep" or "september"/],
    ['1st monday of sept 10:00', 15, /"sep" or "september"/],
    ['third month 10:00', 7, /weekday or "day"/],
    ['6th monday 10:00', 1, /"1st" to "5th"/],
    ['last friday of month 10:00', 1, /no "last"/],
    ['1st monday of 4th month of quarter 10:00', 15, /first, second and third month/],
    ['1st monday of 1st quarter 10:00', 19, /"1st month of quarter"/],
    ['1st of month 10:00', 5, /"1st day of ..."/],
    ['1st of jan 10:00', 5, /"1 of ..."/],
    ['of month 10:00', 1, /days before it/],
    ['every 1 of month 10:00', 7, /"1 of month"/],
    ['32 of month 10:00', 1, /1 to 31/],
    ['0 of month 10:00', 1, /1 to 31/],
    ['00 of month 10:00', 1, /1 to 31/],
    ['1,0 of month 10:00', 3, /1 to 31/],
    ['31 of feb 10:00', 1, /day 31/],
    ['30 of february 10:00', 1, /day 30/],
    ['31 of apr,jun 10:00', 1, /day 31/],
    ['1, of month 10:00', 4, /number of a day/],
    ['1 month 10:00', 3, /"of month"/],
    ['5 minutes', 1, /"every 5 minutes"/],
    ['every 5 minutes foo', 17, /"foo"/],
    ['every day 09:00 please', 17, /"please"/],
    ['every tuesday 09:00 America/New_York', 21, /timezone:/],
    ['every tuesday at 09:00', 15, /leave it out/],
    ['every monday and friday 09:00', 14, /comma/],
    ['every\u00a05 minutes', 6, /is not a word/],
    ['every day 10:00 10:00', 17, /complete before this/],
  ])('%j', (text, column, problem) => {
    expect(parseSchedule(text)).toEqual({ ok: false, column, problem: expect.stringMatching(problem) });
  });

  it('never throws, and points into the text', () => {
    const piece = fc.constantFrom(
      'every',
      ' ',
      '5',
      'minutes',
      'mon',
      ',',
      'of',
      '1st',
      'quarter',
      '10:00',
      'from',
      'x',
      'É',
      '',
    );
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(piece).map((pieces) => pieces.join('')),
    );
    fc.assert(
      fc.property(text, (anything) => {
        const parsed = parseSchedule(anything);
        if (parsed.ok) return;
        expect(parsed.problem).toMatch(/\S.*[^.\s]$/s);
        expect(parsed.column).toBeGreaterThanOrEqual(1);
        expect(parsed.column).toBeLessThanOrEqual(anything.length + 1);
      }),
      { numRuns: 500 },
    );
  });

  it.each([
    ['words that can be cut in many ways', `every ${'sunday'.repeat(50_000)}x 09:00`],
    ['a long list', `every ${'mon,'.repeat(50_000)} 09:00`],
    ['a long number', `every ${'9'.repeat(300_000)} minutes`],
    ['many blanks', `every${' '.repeat(300_000)}x`],
  ])('takes no longer for %s than their length', (_what, text) => {
    expect(parseSchedule(text).ok).toBe(false);
  });
});
