/** Reads a schedule of cron.yaml: App Engine's groc language, with its rules and limits. */
import {
  allMonths,
  allOrdinals,
  allWeekdays,
  daysInMonth,
  intervalMinutes,
  MINUTES_PER_DAY,
  type Schedule,
  type ScheduleDays,
} from './schedule.ts';
import { hintForUnknown, quoted } from './schedule-hint.ts';
import { type Token, tokensOf } from './tokens.ts';
import { monthWords, ordinalWords, unitWords, weekdayWords } from './vocabulary.ts';

export type { Schedule };

export type ParsedSchedule =
  | { readonly ok: true; readonly schedule: Schedule }
  | {
      readonly ok: false;
      /** What is wrong and what to write instead; no full stop. */
      readonly problem: string;
      /** Where, from 1; one after the last character when something is missing at the end. */
      readonly column: number;
    };

/** Total: never throws. */
export function parseSchedule(text: string): ParsedSchedule {
  try {
    return { ok: true, schedule: new ScheduleParser(tokensOf(text)).parse() };
  } catch (error) {
    if (error instanceof Misfit) return { ok: false, problem: error.message, column: error.column };
    throw error;
  }
}

class Misfit extends Error {
  readonly column: number;

  constructor(token: Token, problem: string) {
    super(problem);
    this.column = token.column;
  }
}

/** Months in which a quarter begins. */
const quarterStarts = [1, 4, 7, 10];
const monthsPerQuarter = 3;
const mostDigits = 5;

class ScheduleParser {
  readonly #tokens: readonly Token[];
  #at = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  parse(): Schedule {
    const first = this.#next;
    const schedule = this.#schedule(first);
    if (this.#next.kind !== 'end') throw this.#tooMuch(schedule);
    return schedule;
  }

  get #next(): Token {
    return this.#tokens[this.#at] ?? { kind: 'end', text: '', column: 1 };
  }

  #schedule(first: Token): Schedule {
    if (first.kind === 'end')
      throw new Misfit(first, 'the schedule is empty; write for example "every 24 hours" or "every monday 09:00"');
    if (this.#takeWord('every')) {
      return this.#next.kind === 'number' ? this.#interval() : this.#specific(this.#weekdays(allOrdinals));
    }
    if (first.text in ordinalWords) return this.#specific(this.#ordinalDays());
    if (first.kind === 'number') return this.#monthDays();
    if (first.text in weekdayWords || first.text === 'day') throw new Misfit(first, `write "every ${first.text}"`);
    if (first.text === 'of') throw new Misfit(first, 'write the days before it, for example "1,15 of month 09:00"');
    throw this.#misfit(
      'a schedule begins with "every", an ordinal ("1st monday of month 09:00") or days of a month ("1,15 of month 09:00")',
    );
  }

  #interval(): Schedule {
    const number = this.#take();
    if (this.#next.text === 'of' || this.#next.kind === 'comma') {
      throw new Misfit(number, `days of a month go without "every": write ${quoted(`${number.text} of month`)}`);
    }
    const unit = unitWords[this.#next.text];
    if (unit === undefined) throw this.#misfit('write "minutes" or "hours" after the number');
    if (number.text.length > mostDigits) throw new Misfit(number, `an interval has at most ${mostDigits} digits`);
    const count = Number(number.text);
    if (count === 0) throw new Misfit(number, 'an interval is at least 1');
    this.#at += 1;
    const interval = { count, unit } as const;
    if (this.#next.text === 'synchronized') return this.#synchronized(interval);
    if (this.#next.kind === 'time') {
      const isWindow = this.#tokens[this.#at + 1]?.text === 'to';
      throw this.#misfit(
        isWindow
          ? 'write "from" before the first time'
          : 'an interval has no time of day: write "every day" and the time',
      );
    }
    if (this.#next.text === 'to') throw this.#misfit('write both ends of the time range: "from 09:00 to 17:00"');
    if (!this.#takeWord('from')) return { kind: 'interval', ...interval };
    const from = this.#time('the time at which the range begins');
    if (!this.#takeWord('to')) throw this.#misfit('write "to" and the time at which the range ends');
    const to = this.#time('the time at which the range ends');
    return { kind: 'window', ...interval, from, to, isSynchronized: false };
  }

  #synchronized(interval: { readonly count: number; readonly unit: 'minutes' | 'hours' }): Schedule {
    const word = this.#take();
    if (MINUTES_PER_DAY % intervalMinutes(interval) !== 0) {
      throw new Misfit(word, 'only intervals that divide 24 hours evenly can be synchronized');
    }
    if (this.#next.text === 'from')
      throw this.#misfit('"synchronized" and a time range exclude each other: leave one out');
    return { kind: 'window', ...interval, from: 0, to: MINUTES_PER_DAY - 1, isSynchronized: true };
  }

  #ordinalDays(): ScheduleDays {
    const first = this.#next.text;
    const ordinals = this.#list(ordinalWords, 'an ordinal ("1st")');
    if (this.#takeWord('day')) return { kind: 'month-days', days: ordinals };
    if (this.#next.text === 'of') {
      throw this.#misfit(`write "${first} day of ..." or the day's number: "${ordinalWords[first]} of ..."`);
    }
    return this.#weekdays(ordinals);
  }

  #weekdays(ordinals: readonly number[]): ScheduleDays {
    const { kind, text } = this.#next;
    if (kind === 'time') throw this.#misfit(`write the day before the time: "every day ${text}"`);
    if (text in unitWords || text === 'hour' || text === 'minute') {
      const unit = unitWords[text] ?? `${text}s`;
      throw new Misfit(this.#next, `write a number before the unit, which is always plural: "every 1 ${unit}"`);
    }
    if (!this.#takeWord('day'))
      return { kind: 'weekdays', ordinals, weekdays: this.#list(weekdayWords, 'a weekday or "day"') };
    if (this.#next.kind === 'comma')
      throw this.#misfit('"day" means every day already: leave out the others, or "day"');
    return { kind: 'weekdays', ordinals, weekdays: allWeekdays };
  }

  #monthDays(): Schedule {
    const first = this.#next;
    const days = new Set<number>();
    do {
      const token = this.#next;
      if (token.kind !== 'number') throw this.#misfit('write the number of a day of the month');
      this.#at += 1;
      if (this.#next.text in unitWords)
        throw new Misfit(first, `write ${quoted(`every ${first.text} ${this.#next.text}`)}`);
      const day = Number(token.text);
      if (token.text.length > mostDigits || day < 1 || day > 31)
        throw new Misfit(token, 'days of a month go from 1 to 31');
      days.add(day);
    } while (this.#takeComma());
    if (this.#next.text !== 'of')
      throw this.#misfit('write "of month" or the months after the days ("1,15 of month 09:00")');
    return this.#specific({ kind: 'month-days', days: sorted(days) }, first);
  }

  /** What follows the days: the months, if any, and the time. */
  #specific(days: ScheduleDays, first: Token = this.#next): Schedule {
    const months = this.#takeWord('of') ? this.#months() : allMonths;
    if (days.kind === 'month-days') {
      const earliest = days.days[0] ?? 1;
      if (!months.some((month) => daysInMonth(month) >= earliest)) {
        throw new Misfit(first, `none of these months has a day ${earliest}`);
      }
    }
    return { kind: 'specific', days, months, time: this.#time('the time of day ("09:00")') };
  }

  #months(): readonly number[] {
    if (this.#takeWord('month')) return allMonths;
    if (this.#takeWord('quarter')) return quarterStarts;
    if (!(this.#next.text in ordinalWords)) return this.#list(monthWords, '"month", "quarter" or the name of a month');
    const ordinal = this.#next;
    const inQuarter = this.#list(ordinalWords, 'an ordinal ("1st")');
    if (inQuarter.some((month) => month > monthsPerQuarter))
      throw new Misfit(ordinal, 'a quarter has only a first, second and third month');
    for (const word of ['month', 'of', 'quarter']) {
      if (!this.#takeWord(word)) throw this.#misfit(`write "${ordinal.text} month of quarter"`);
    }
    return sorted(new Set(inQuarter.flatMap((month) => quarterStarts.map((start) => start + month - 1))));
  }

  #list(values: Readonly<Record<string, number>>, expected: string): readonly number[] {
    const found = new Set<number>();
    do {
      const value = this.#next.kind === 'word' ? values[this.#next.text] : undefined;
      if (value === undefined) throw this.#misfit(`write ${expected} here`);
      this.#at += 1;
      found.add(value);
    } while (this.#takeComma());
    return sorted(found);
  }

  #time(what: string): number {
    if (this.#next.kind !== 'time') throw this.#misfit(`write ${what} here`);
    const [hours = 0, minutes = 0] = this.#take().text.split(':').map(Number);
    return hours * 60 + minutes;
  }

  #take(): Token {
    const token = this.#next;
    this.#at += 1;
    return token;
  }

  #takeWord(word: string): boolean {
    if (this.#next.kind !== 'word' || this.#next.text !== word) return false;
    this.#at += 1;
    return true;
  }

  #takeComma(): boolean {
    if (this.#next.kind !== 'comma') return false;
    this.#at += 1;
    return true;
  }

  /** Words we know to be meant otherwise have better advice than what the grammar expects here. */
  #misfit(expected: string): Misfit {
    const token = this.#next;
    return new Misfit(token, token.kind === 'unknown' ? hintForUnknown(token) : expected);
  }

  #tooMuch(schedule: Schedule): Misfit {
    const token = this.#next;
    if (token.kind === 'comma' && schedule.kind === 'specific')
      return new Misfit(token, 'a job has one time: write a second job for another');
    if (token.text === 'synchronized') {
      return new Misfit(
        token,
        'only an interval without a time range can be synchronized ("every 2 hours synchronized")',
      );
    }
    return this.#misfit(`the schedule is complete before this: leave ${quoted(token.text)} out`);
  }
}

function sorted(values: ReadonlySet<number>): readonly number[] {
  return [...values].sort((a, b) => a - b);
}
