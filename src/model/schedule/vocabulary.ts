/** The words of the schedule language, all of them lower case. */

export const weekdayWords: Readonly<Record<string, number>> = {
  ...numbered(0, 'sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'),
  ...numbered(0, 'sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'),
};

export const monthWords: Readonly<Record<string, number>> = {
  ...numbered(1, 'jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'),
  ...numbered(1, 'january', 'february', 'march', 'april', 'may', 'june'),
  ...numbered(7, 'july', 'august', 'september', 'october', 'november', 'december'),
};

export const ordinalWords: Readonly<Record<string, number>> = {
  ...numbered(1, 'first', 'second', 'third', 'fourth', 'fifth'),
  ...numbered(1, '1st', '2nd', '3rd', '4th', '5th'),
};

export const unitWords: Readonly<Record<string, 'minutes' | 'hours'>> = {
  minutes: 'minutes',
  mins: 'minutes',
  hours: 'hours',
};

const otherWords = ['every', 'day', 'of', 'month', 'quarter', 'from', 'to', 'synchronized'];

/** Everything but numbers, times and commas. */
export const words: ReadonlySet<string> = new Set([
  ...Object.keys(weekdayWords),
  ...Object.keys(monthWords),
  ...Object.keys(ordinalWords),
  ...Object.keys(unitWords),
  ...otherWords,
]);

function numbered(first: number, ...names: readonly string[]): Readonly<Record<string, number>> {
  return Object.fromEntries(names.map((name, index) => [name, first + index]));
}
