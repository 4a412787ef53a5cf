/** The slow reference: walks every minute and looks at the wall clock, with no arithmetic on dates. */
import {
  allMonths,
  intervalMinutes,
  type Schedule,
  type SpecificSchedule,
  type WindowSchedule,
} from '../../../../src/model/schedule/schedule.ts';

const MINUTE_MS = 60_000;
/** All changes of the clocks of today's zones are at multiples of this. */
const QUARTER_MS = 15 * MINUTE_MS;

interface Reading {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly weekday: number;
  /** Minutes since midnight. */
  readonly minutes: number;
}

/** What the clocks show, minute by minute. */
function wallClock(timezone: string): (instantMs: number) => Reading {
  const options = {
    timeZone: timezone,
    hourCycle: 'h23',
    weekday: 'short',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
  } as const;
  const formatter = new Intl.DateTimeFormat('en-GB', { ...options, hour: 'numeric', minute: 'numeric' });
  const readings = new Map<number, Reading>();
  return (instantMs) => {
    const quarter = Math.floor(instantMs / QUARTER_MS) * QUARTER_MS;
    let reading = readings.get(quarter);
    if (!reading) {
      const parts = Object.fromEntries(formatter.formatToParts(quarter).map(({ type, value }) => [type, value]));
      reading = {
        year: Number(parts.year),
        month: Number(parts.month),
        day: Number(parts.day),
        weekday: ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'].indexOf(parts.weekday ?? ''),
        minutes: Number(parts.hour) * 60 + Number(parts.minute),
      };
      readings.set(quarter, reading);
    }
    return { ...reading, minutes: reading.minutes + (instantMs - quarter) / MINUTE_MS };
  };
}

/** The first run after `afterMs` and not after `untilMs`, if there is one. */
export function firstRunByWalking(
  schedule: Schedule,
  afterMs: number,
  untilMs: number,
  timezone: string,
): number | undefined {
  const read = wallClock(timezone);
  const isRun =
    schedule.kind === 'window'
      ? windowRuns(schedule)
      : schedule.kind === 'specific'
        ? specificRuns(schedule)
        : undefined;
  if (!isRun) throw new Error('a plain interval does not depend on the clock');
  // A window may have begun long before.
  const begin = schedule.kind === 'window' ? afterMs - 3 * 86_400_000 : afterMs;
  for (let instant = Math.floor(begin / MINUTE_MS) * MINUTE_MS; instant <= untilMs; instant += MINUTE_MS) {
    const isOne = isRun(instant, read(instant));
    if (isOne && instant > afterMs) return instant;
  }
  return undefined;
}

type IsRun = (instantMs: number, reading: Reading) => boolean;

function specificRuns({ days, months, time }: SpecificSchedule): IsRun {
  return (_instant, { minutes, month, day, weekday }) => {
    if (minutes !== time || !months.includes(month)) return false;
    if (days.kind === 'month-days') return days.days.includes(day);
    return days.weekdays.includes(weekday) && days.ordinals.includes(Math.ceil(day / 7));
  };
}

function windowRuns(schedule: WindowSchedule): IsRun {
  const start = arrivals(schedule.from);
  const end = arrivals(schedule.to);
  const intervalMs = intervalMinutes(schedule) * MINUTE_MS;
  return (instant, reading) => {
    const began = start(instant, reading);
    const ended = end(instant, reading);
    if (began === undefined) return false;
    const isInside = ended === undefined || began > ended || instant === ended;
    return instant === began || (isInside && (instant - began) % intervalMs === 0);
  };
}

/** When the clocks last came to a time of day for the first time that day, or past it where they left it out. */
function arrivals(time: number): (instantMs: number, reading: Reading) => number | undefined {
  let lastDay = Number.NEGATIVE_INFINITY;
  let last: number | undefined;
  return (instant, { year, month, day, minutes }) => {
    const [today, now] = [(year * allMonths.length + month) * 31 + day, minutes];
    // Days before today count as reached at the latest when today begins, which is where a time left out at midnight goes.
    if (lastDay === Number.NEGATIVE_INFINITY) lastDay = now > time ? today : today - 1;
    if (today > lastDay && now >= time) {
      lastDay = today;
      last = instant;
    }
    return last;
  };
}
