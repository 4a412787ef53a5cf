/**
 * Wall clocks of time zones, on the time zone data that Intl has.
 *
 * A local time is written as the milliseconds that UTC would have at that reading of the clock: arithmetic on dates is
 * then arithmetic on numbers.
 */

export const MINUTE_MS = 60_000;
export const DAY_MS = 24 * 60 * MINUTE_MS;

/** Making a formatter costs a hundred times more than using it. */
const formatters = new Map<string, Intl.DateTimeFormat>();

/** Whether `name` is a time zone of the tz database known here. */
export function isTimezone(name: string): boolean {
  try {
    formatterOf(name);
    return true;
  } catch {
    return false;
  }
}

/**
 * What the clocks of `timezone` show at an instant.
 * @throws RangeError for an unknown time zone
 */
export function localTimeOf(instantMs: number, timezone: string): number {
  const shown = formatterOf(timezone).format(instantMs);
  const [month = 1, day = 1, year = 1970, hour = 0, minute = 0, second = 0] = (shown.match(/\d+/g) ?? []).map(Number);
  return Date.UTC(year, month - 1, day, hour, minute, second);
}

/** The instants at which the clocks show `localMs`: none in the hour that spring leaves out, two in the doubled one of autumn. */
export function instantsOf(localMs: number, timezone: string): readonly number[] {
  // No zone is a day or more off the offset that it has a day before and after, but for those that skip the day itself.
  const candidates = [localMs - DAY_MS, localMs + DAY_MS].map(
    (nearby) => localMs - (localTimeOf(nearby, timezone) - nearby),
  );
  return [...new Set(candidates)].filter((instant) => localTimeOf(instant, timezone) === localMs).sort((a, b) => a - b);
}

function formatterOf(timezone: string): Intl.DateTimeFormat {
  const known = formatters.get(timezone);
  if (known) return known;
  const formatter = new Intl.DateTimeFormat('en-US', {
    timeZone: timezone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  formatters.set(timezone, formatter);
  return formatter;
}
