import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nextRun } from '../../../../src/model/schedule/next-run.ts';
import { parseSchedule } from '../../../../src/model/schedule/parse-schedule.ts';
import type { Schedule } from '../../../../src/model/schedule/schedule.ts';
import { isTimezone } from '../../../../src/model/schedule/zoned-time.ts';
import { anySchedule, scheduleText } from './arbitrary-schedule.ts';
import { firstRunByWalking } from './minute-by-minute.ts';

const dayMs = 86_400_000;

function read(text: string): Schedule {
  const parsed = parseSchedule(text);
  if (!parsed.ok) throw new Error(`${text}: ${parsed.problem}`);
  return parsed.schedule;
}

/** Runs after an instant, as UTC to the minute. */
function runs(text: string, timezone: string, after: string, count: number): readonly string[] {
  const schedule = read(text);
  const found: string[] = [];
  for (let last = Date.parse(after); found.length < count; found.push(new Date(last).toISOString().slice(0, 16))) {
    last = nextRun(schedule, last, timezone);
  }
  return found;
}

/** Every run from one instant to another. */
function allRuns(text: string, timezone: string, from: string, until: string): readonly number[] {
  const schedule = read(text);
  const found: number[] = [];
  let last = nextRun(schedule, Date.parse(from), timezone);
  for (; last < Date.parse(until); last = nextRun(schedule, last, timezone)) found.push(last);
  return found;
}

const wallClockOf = (timezone: string) => {
  const formatter = new Intl.DateTimeFormat('sv-SE', { timeZone: timezone, dateStyle: 'short', timeStyle: 'short' });
  return (instant: number) => formatter.format(instant);
};

describe('a plain interval', () => {
  it.each([
    ['every 5 minutes', '2026-01-01T10:00:00Z', '2026-01-01T10:05'],
    ['every 5 minutes', '2026-01-01T10:00:59.999Z', '2026-01-01T10:05'],
    ['every 1 minutes', '2026-01-01T10:00:59Z', '2026-01-01T10:01'],
    ['every 24 hours', '2026-01-01T10:07:30Z', '2026-01-02T10:07'],
    ['every 99999 hours', '2026-01-01T00:00:00Z', '2037-05-29T15:00'],
  ])('%s after %s: counts from there and cuts the seconds', (text, after, expected) => {
    expect(runs(text, 'Europe/Berlin', after, 1)).toEqual([expected]);
  });

  it('needs no time zone', () => {
    expect(nextRun(read('every 1 hours'), new Date(0), 'Nowhere/At_All')).toBe(3_600_000);
  });
});

describe('a time range', () => {
  it('begins at its start and includes its end', () => {
    expect(runs('every 2 hours from 10:00 to 14:00', 'UTC', '2026-01-01T00:00:00Z', 5)).toEqual([
      '2026-01-01T10:00',
      '2026-01-01T12:00',
      '2026-01-01T14:00',
      '2026-01-02T10:00',
      '2026-01-02T12:00',
    ]);
    expect(runs('every 2 hours from 10:00 to 13:59', 'UTC', '2026-01-01T10:30:00Z', 2)).toEqual([
      '2026-01-01T12:00',
      '2026-01-02T10:00',
    ]);
  });

  it('may go over midnight', () => {
    expect(runs('every 90 minutes from 22:00 to 01:00', 'UTC', '2026-01-01T12:00:00Z', 4)).toEqual([
      '2026-01-01T22:00',
      '2026-01-01T23:30',
      '2026-01-02T01:00',
      '2026-01-02T22:00',
    ]);
    expect(runs('every 90 minutes from 22:00 to 01:00', 'UTC', '2026-01-02T00:59:59Z', 1)).toEqual([
      '2026-01-02T01:00',
    ]);
    expect(runs('every 90 minutes from 22:00 to 01:00', 'UTC', '2026-01-02T01:00:01Z', 1)).toEqual([
      '2026-01-02T22:00',
    ]);
  });

  it('of no length is once a day', () => {
    expect(runs('every 30 minutes from 10:15 to 10:15', 'UTC', '2026-01-01T10:15:00Z', 2)).toEqual([
      '2026-01-02T10:15',
      '2026-01-03T10:15',
    ]);
  });

  it('that spring begins in the hour left out begins after it', () => {
    expect(runs('every 10 minutes from 02:15 to 02:45', 'Europe/Berlin', '2026-03-28T12:00:00Z', 2)).toEqual([
      '2026-03-29T01:00',
      '2026-03-30T00:15',
    ]);
  });

  it('counts elapsed time when the clocks change inside of it', () => {
    const clock = wallClockOf('Europe/Berlin');
    const over = (from: string, until: string) =>
      allRuns('every 2 hours from 00:00 to 06:00', 'Europe/Berlin', from, until).map(clock);
    expect(over('2026-03-28T22:00:00Z', '2026-03-29T20:00:00Z')).toEqual([
      '2026-03-29 00:00',
      '2026-03-29 03:00',
      '2026-03-29 05:00',
    ]);
    expect(over('2026-10-24T21:00:00Z', '2026-10-25T20:00:00Z')).toEqual([
      '2026-10-25 00:00',
      '2026-10-25 02:00',
      '2026-10-25 03:00',
      '2026-10-25 05:00',
    ]);
  });

  it('synchronized counts from midnight of the zone', () => {
    expect(runs('every 8 hours synchronized', 'Asia/Kolkata', '2026-01-01T00:00:00Z', 3)).toEqual([
      '2026-01-01T02:30',
      '2026-01-01T10:30',
      '2026-01-01T18:30',
    ]);
    expect(runs('every 24 hours synchronized', 'America/New_York', '2026-03-07T12:00:00Z', 3)).toEqual([
      '2026-03-08T05:00',
      '2026-03-09T04:00',
      '2026-03-10T04:00',
    ]);
  });
});

describe('specific days', () => {
  it.each([
    ['every day 09:00', '2026-01-01T09:00:00Z', ['2026-01-02T09:00', '2026-01-03T09:00']],
    ['every day 09:00', '2026-01-01T08:59:59.999Z', ['2026-01-01T09:00']],
    ['every mon,fri 09:00', '2026-01-01T00:00:00Z', ['2026-01-02T09:00', '2026-01-05T09:00', '2026-01-09T09:00']],
    [
      '1st,third monday of month 17:00',
      '2026-01-01T00:00:00Z',
      ['2026-01-05T17:00', '2026-01-19T17:00', '2026-02-02T17:00'],
    ],
    [
      'fifth sunday of month 10:00',
      '2026-01-01T00:00:00Z',
      ['2026-03-29T10:00', '2026-05-31T10:00', '2026-08-30T10:00'],
    ],
    ['31 of month 10:00', '2026-01-31T10:00:00Z', ['2026-03-31T10:00', '2026-05-31T10:00']],
    ['29 of february 10:00', '2096-02-29T10:00:00Z', ['2104-02-29T10:00']],
    ['fifth monday of feb 10:00', '2026-01-01T00:00:00Z', ['2044-02-29T10:00', '2072-02-29T10:00', '2112-02-29T10:00']],
    ['1st day of second month of quarter 00:00', '2026-01-01T00:00:00Z', ['2026-02-01T00:00', '2026-05-01T00:00']],
    ['every day of dec 23:59', '2026-12-31T23:59:00Z', ['2027-12-01T23:59']],
  ])('%s after %s', (text, after, expected) => {
    expect(runs(text, 'UTC', after, expected.length)).toEqual(expected);
  });

  it('are days of the zone', () => {
    expect(runs('1 of month 00:30', 'Asia/Tokyo', '2026-01-31T15:00:00Z', 1)).toEqual(['2026-01-31T15:30']);
    expect(runs('1 of month 23:30', 'America/Los_Angeles', '2026-02-01T08:00:00Z', 1)).toEqual(['2026-02-02T07:30']);
    expect(runs('every day 12:00', 'Pacific/Apia', '2011-12-29T12:00:00Z', 2)).toEqual([
      '2011-12-29T22:00',
      '2011-12-30T22:00',
    ]);
  });

  it('skip a time that the clocks leave out, and run twice at one that they show twice', () => {
    expect(runs('every day 02:30', 'Europe/Berlin', '2026-03-28T00:00:00Z', 3)).toEqual([
      '2026-03-28T01:30',
      '2026-03-30T00:30',
      '2026-03-31T00:30',
    ]);
    expect(runs('every day 02:30', 'Europe/Berlin', '2026-10-24T12:00:00Z', 3)).toEqual([
      '2026-10-25T00:30',
      '2026-10-25T01:30',
      '2026-10-26T01:30',
    ]);
    expect(runs('every day 01:45', 'Australia/Lord_Howe', '2026-04-03T22:00:00Z', 2)).toEqual([
      '2026-04-04T14:45',
      '2026-04-04T15:15',
    ]);
  });

  it('never come when the clocks leave the time out on each of them', () => {
    expect(nextRun(read('2nd sunday of march 02:30'), Date.UTC(2026, 0, 1), 'America/New_York')).toBe(
      Number.POSITIVE_INFINITY,
    );
    expect(nextRun(read('2nd sunday of march 02:30'), Date.UTC(2026, 0, 1), 'Europe/Berlin')).toBe(
      Date.UTC(2026, 2, 8, 1, 30),
    );
  });

  it('refuse a time zone that there is not', () => {
    expect(() => nextRun(read('every day 09:00'), 0, 'Europe/Berlln')).toThrow(RangeError);
    expect(['UTC', 'Europe/Berlin', 'Europe/Berlln', ''].map(isTimezone)).toEqual([true, true, false, false]);
  });
});

describe('a month over a change of the clocks', () => {
  it.each([
    ['Europe/Berlin', '2026-03-15', '2026-04-15', '2026-03-29'],
    ['America/New_York', '2026-02-20', '2026-03-20', '2026-03-08'],
  ])('in spring in %s: every day but the one without 02:30', (timezone, from, until, changed) => {
    const clock = wallClockOf(timezone);
    const found = allRuns('every day 02:30', timezone, `${from}T12:00:00Z`, `${until}T12:00:00Z`).map(clock);
    const days = Array.from({ length: (Date.parse(until) - Date.parse(from)) / dayMs }, (_, n) =>
      new Date(Date.parse(from) + (n + 1) * dayMs).toISOString().slice(0, 10),
    );
    expect(found).toEqual(days.filter((day) => day !== changed).map((day) => `${day} 02:30`));
  });

  it.each([
    ['Europe/Berlin', '02:30', '2026-10-10', '2026-11-10', '2026-10-25'],
    ['America/New_York', '01:30', '2026-10-15', '2026-11-15', '2026-11-01'],
  ])('in autumn in %s: every day, and twice on the one with two %s', (timezone, time, from, until, changed) => {
    const clock = wallClockOf(timezone);
    const found = allRuns(`every day ${time}`, timezone, `${from}T12:00:00Z`, `${until}T12:00:00Z`);
    const days = Array.from({ length: (Date.parse(until) - Date.parse(from)) / dayMs }, (_, n) =>
      new Date(Date.parse(from) + (n + 1) * dayMs).toISOString().slice(0, 10),
    );
    expect(found.map(clock)).toEqual(
      days.flatMap((day) => (day === changed ? [`${day} ${time}`, `${day} ${time}`] : [`${day} ${time}`])),
    );
    const gaps = found.slice(1).map((run, index) => (run - (found[index] ?? 0)) / 3_600_000);
    expect(gaps.filter((hours) => hours !== 24)).toEqual([1]);
  });

  it.each(['Europe/Berlin', 'America/New_York'])(
    'in %s: daily at noon on the wall clock, 23 or 25 hours apart once',
    (timezone) => {
      const year = allRuns('every day 12:00', timezone, '2026-01-01T00:00:00Z', '2027-01-01T00:00:00Z');
      expect(year).toHaveLength(365);
      expect(new Set(year.map((run) => wallClockOf(timezone)(run).slice(11)))).toEqual(new Set(['12:00']));
      const gaps = year.slice(1).map((run, index) => (run - (year[index] ?? 0)) / 3_600_000);
      expect(gaps.filter((hours) => hours !== 24)).toEqual([23, 25]);
    },
  );
});

describe('laws', () => {
  const timezone = fc.constantFrom(
    ...[
      'UTC',
      'Europe/Berlin',
      'America/New_York',
      'Asia/Kolkata',
      'Australia/Lord_Howe',
      'America/Havana',
      'Asia/Beirut',
      'America/St_Johns',
    ],
  );
  // Around changes of the clocks, where mistakes are, and anywhere.
  const changes = [
    '2026-03-29',
    '2026-10-25',
    '2026-03-08',
    '2026-11-01',
    '2026-04-05',
    '2026-10-04',
    '2024-02-28',
    '2026-12-31',
  ];
  const instant = fc.oneof(
    fc
      .tuple(fc.constantFrom(...changes), fc.integer({ min: -2 * dayMs, max: 2 * dayMs }))
      .map(([date, offset]) => Date.parse(date) + offset),
    fc.integer({ min: Date.UTC(2000, 0), max: Date.UTC(2035, 0) }),
  );

  it('the next run is after now, at a whole minute, and does not depend on where before it one asks', () => {
    fc.assert(
      fc.property(
        anySchedule,
        instant,
        timezone,
        fc.double({ min: 0, max: 1, noNaN: true }),
        (schedule, after, zone, share) => {
          const run = nextRun(schedule, after, zone);
          if (run === Number.POSITIVE_INFINITY) return;
          expect(run, scheduleText(schedule)).toBeGreaterThan(after);
          expect(run % 60_000).toBe(0);
          if (schedule.kind === 'specific') {
            const between = Math.floor(after + (run - 1 - after) * share);
            expect(nextRun(schedule, between, zone)).toBe(run);
          }
        },
      ),
      { numRuns: 1000 },
    );
  });

  it('no run is left out: the next one is the first that walking minute by minute meets', () => {
    const clocked = anySchedule.filter((schedule) => schedule.kind !== 'interval');
    fc.assert(
      fc.property(clocked, instant, timezone, (schedule, after, zone) => {
        const horizon = after + 4 * dayMs;
        const expected = firstRunByWalking(schedule, after, horizon, zone);
        const run = nextRun(schedule, after, zone);
        expect(
          run <= horizon ? run : undefined,
          `${scheduleText(schedule)} in ${zone} after ${new Date(after).toISOString()}`,
        ).toBe(expected);
        // Further ahead than one can walk: the minute itself is a run.
        if (run > horizon && run < Number.POSITIVE_INFINITY)
          expect(firstRunByWalking(schedule, run - 60_000, run, zone)).toBe(run);
      }),
      { numRuns: 200 },
    );
  });
});
