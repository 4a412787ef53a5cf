/** What to write instead of a word that people expect to work and the schedule language does not have. */
import type { Token } from './tokens.ts';
import { monthWords, ordinalWords, weekdayWords, words } from './vocabulary.ts';

const digits: Readonly<Record<string, number>> = {
  one: 1,
  two: 2,
  three: 3,
  four: 4,
  five: 5,
  six: 6,
  ten: 10,
  twelve: 12,
};

const instead: Readonly<Record<string, string>> = {
  hour: 'write "hours": units are always plural',
  hr: 'write "hours"',
  hrs: 'write "hours"',
  h: 'write "hours"',
  minute: 'write "minutes": units are always plural',
  min: 'write "mins" or "minutes": units are always plural',
  m: 'write "minutes"',
  second: 'there are no seconds; the shortest interval is "every 1 minutes"',
  sec: 'there are no seconds; the shortest interval is "every 1 minutes"',
  secs: 'there are no seconds; the shortest interval is "every 1 minutes"',
  seconds: 'there are no seconds; the shortest interval is "every 1 minutes"',
  days: 'there are no intervals of days; write hours ("every 48 hours") or a day and a time ("every day 09:00")',
  week: 'there are no intervals of weeks; write a weekday and a time ("every monday 09:00")',
  weeks: 'there are no intervals of weeks; write a weekday and a time ("every monday 09:00")',
  weekday: 'write "mon,tue,wed,thu,fri"',
  weekdays: 'write "mon,tue,wed,thu,fri"',
  weekend: 'write "sat,sun"',
  weekends: 'write "sat,sun"',
  last: 'there is no "last"; ordinals go from "first" to "fifth"',
  months: 'write "month"',
  year: 'write the month ("1 of january 09:00")',
  noon: 'write "12:00"',
  midnight: 'write "00:00"',
  at: 'leave it out: the time follows the day ("every day 09:00")',
  on: 'leave it out',
  and: 'write a comma between the parts of a list',
  between: 'write "from 10:00 to 14:00"',
  until: 'write "from 10:00 to 14:00"',
  am: 'leave it out: hours go from 0 to 23',
  pm: 'write the time with hours from 0 to 23: 1:00 PM is "13:00"',
  sync: 'write "synchronized"',
  synchronised: 'write "synchronized"',
};

/** One sentence without its full stop. */
export function hintForUnknown({ text }: Token): string {
  const lower = text.toLowerCase();
  if (lower !== text && (words.has(lower) || fullNames(lower).length > 0))
    return `write "${lower}": schedules are in lower case`;
  const known = instead[lower] ?? abbreviationHint(lower) ?? shapeHint(lower);
  if (known !== undefined) return known;
  return `${quoted(text)} is not a word of the schedule language`;
}

/** A part of the text for a message, however long it is. */
export function quoted(text: string): string {
  return JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}...` : text);
}

function abbreviationHint(text: string): string | undefined {
  const [name] = fullNames(text);
  return name === undefined ? undefined : `write "${name.slice(0, 3)}" or "${name}"`;
}

/** Names of weekdays and months that begin like this and are longer. */
function fullNames(text: string): readonly string[] {
  if (text.length < 3) return [];
  return [...Object.keys(weekdayWords), ...Object.keys(monthWords)].filter(
    (name) => name.length > text.length && name.startsWith(text),
  );
}

function shapeHint(text: string): string | undefined {
  const digit = digits[text];
  if (digit !== undefined) return `write the number in digits: "${digit}"`;
  if (/^\d+(st|nd|rd|th)$/.test(text))
    return `ordinals go from "1st" to "5th" and are ${Object.keys(ordinalWords).slice(5).join(', ')}`;
  if (/^24:00/.test(text)) return 'the day ends at 23:59; write "00:00" for midnight';
  if (/^\d+:\d*/.test(text)) return 'a time is HH:MM, with hours from 0 to 23 and minutes from 00 to 59';
  if (/^-?\d+\.?\d*$/.test(text)) return 'write a whole number from 1 to 99999';
  if (/^-/.test(text)) return 'there are no ranges; list each one, with commas ("mon,tue,wed")';
  if (/^[a-z_+-]+\/[a-z_/+-]+$/.test(text) || text === 'utc')
    return 'the time zone is a setting of its own ("timezone:"), not a part of the schedule';
  return undefined;
}
