import { expect, it } from 'vitest';
import { describeSchedule } from '../../../../src/model/schedule/describe-schedule.ts';
import { parseSchedule } from '../../../../src/model/schedule/parse-schedule.ts';

it.each([
  ['every 1 minutes', 'every minute'],
  ['every 05 mins', 'every 5 minutes'],
  ['every 1 hours', 'every hour'],
  ['every 2 hours from 9:00 to 14:30', 'every 2 hours from 09:00 to 14:30'],
  ['every 2 hours synchronized', 'every 2 hours, counted from midnight'],
  ['every day 0:00', 'every day at 00:00'],
  ['every monday 09:00', 'every Monday at 09:00'],
  ['every mon,wed,fri 09:00', 'every Monday, Wednesday and Friday at 09:00'],
  ['every sat,sun of jan 09:00', 'every Sunday and Saturday of January at 09:00'],
  ['every day of quarter 10:00', 'every day of January, April, July and October at 10:00'],
  ['1st,third monday of month 17:00', 'on the first and third Monday of every month at 17:00'],
  ['fifth friday of sep,oct 17:00', 'on the fifth Friday of September and October at 17:00'],
  [
    '1,2,3,11,12,13,22,23,31 of month 10:00',
    'on the 1st, 2nd, 3rd, 11th, 12th, 13th, 22nd, 23rd and 31st of every month at 10:00',
  ],
  ['29 of february 10:00', 'on the 29th of February at 10:00'],
])('%s: %s', (text, description) => {
  const parsed = parseSchedule(text);
  expect(parsed.ok && describeSchedule(parsed.schedule)).toBe(description);
});
