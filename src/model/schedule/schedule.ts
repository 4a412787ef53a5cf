/** When a cron job runs, as cron.yaml's schedule language (groc) can say it. */

/** From the end of the last run on; the time zone does not matter. */
export interface IntervalSchedule {
  readonly kind: 'interval';
  readonly count: number;
  readonly unit: 'minutes' | 'hours';
}

/** Every so often between two times of a day, which may lie on both sides of midnight, ends included. */
export interface WindowSchedule {
  readonly kind: 'window';
  readonly count: number;
  readonly unit: 'minutes' | 'hours';
  /** Minutes since midnight. */
  readonly from: number;
  /** Minutes since midnight. */
  readonly to: number;
  /** Written as `synchronized`: the window is the whole day. */
  readonly isSynchronized: boolean;
}

/** On certain days at one time. */
export interface SpecificSchedule {
  readonly kind: 'specific';
  readonly days: ScheduleDays;
  /** 1 to 12, sorted. */
  readonly months: readonly number[];
  /** Minutes since midnight. */
  readonly time: number;
}

export type ScheduleDays =
  | {
      readonly kind: 'weekdays';
      /** Which of them in the month, 1 to 5, sorted. */
      readonly ordinals: readonly number[];
      /** 0 is Sunday, sorted. */
      readonly weekdays: readonly number[];
    }
  | {
      readonly kind: 'month-days';
      /** 1 to 31, sorted. */
      readonly days: readonly number[];
    };

export type Schedule = IntervalSchedule | WindowSchedule | SpecificSchedule;

export const MINUTES_PER_DAY = 24 * 60;
export const allMonths: readonly number[] = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12];
export const allWeekdays: readonly number[] = [0, 1, 2, 3, 4, 5, 6];
export const allOrdinals: readonly number[] = [1, 2, 3, 4, 5];

export function intervalMinutes({
  count,
  unit,
}: {
  readonly count: number;
  readonly unit: 'minutes' | 'hours';
}): number {
  return unit === 'hours' ? count * 60 : count;
}

/** Of any year when `year` is left out: February has 29 then. */
export function daysInMonth(month: number, year = 2000): number {
  return new Date(Date.UTC(year, month, 0)).getUTCDate();
}
