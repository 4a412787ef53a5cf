/** Counts what applications use, by the day: in memory at once, in the store every few seconds and at the end. */
import type { UsageAmount, UsageName } from '../../model/usage.ts';
import type { Clock } from '../../support/clock.ts';
import type { StateStore } from '../store/state-store.ts';
import { BillingCalendar } from './billing-day.ts';

/** Something that counts by itself and hands over now and then. */
export interface UsageSource {
  /** Adds what it has counted until now. */
  settle(): void;
  /** Within the transaction that makes it durable. */
  save?(): void;
  /** More will come by itself. */
  readonly isCounting?: boolean;
}

/** A platform that is killed forgets no more than this. */
const WRITE_MS = 10_000;
/** Days older than this are forgotten. */
const DAYS_KEPT = 400;
const DAY_MS = 24 * 3_600_000;

export class DailyUsage {
  readonly #store: StateStore;
  readonly #clock: Clock;
  readonly #calendar = new BillingCalendar();
  readonly #sources: UsageSource[] = [];
  /** Not yet written: `application day name` -> amount. */
  #pending = new Map<string, number>();
  #cancelWrite: (() => void) | undefined;
  #onWritten: () => void = () => {};
  #isClosed = false;
  #lastTidied = '';

  constructor(store: StateStore, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
  }

  /** What it has counted belongs to every writing, and to every answer. */
  addSource(source: UsageSource): void {
    this.#sources.push(source);
  }

  /** Told after every writing. */
  set onWritten(callback: () => void) {
    this.#onWritten = callback;
  }

  get today(): string {
    return this.#calendar.dayAt(this.#clock.now()).day;
  }

  get untilTomorrowMs(): number {
    const nowMs = this.#clock.now();
    return this.#calendar.dayAt(nowMs).endMs - nowMs;
  }

  add(application: string, name: UsageName, amount: number): void {
    if (amount === 0) return;
    this.#addTo(application, this.today, name, amount);
    this.writeSoon();
  }

  /** What a source has counted, while it settles. */
  addSettled(application: string, name: UsageName, amount: number): void {
    if (amount !== 0) this.#addTo(application, this.today, name, amount);
  }

  /** Milliseconds, each on its own day. */
  addTime(application: string, name: UsageName, fromMs: number, toMs: number): void {
    this.#calendar.split(fromMs, toMs, (day, ms) => this.#addTo(application, day, name, ms));
  }

  /** The newest day first. */
  amounts(application: string, sinceDay: string): readonly UsageAmount[] {
    this.write();
    return this.#store
      .all(
        'SELECT day, name, amount FROM daily_usage WHERE application = ? AND day >= ? ORDER BY day DESC, name',
        application,
        sinceDay,
      )
      .map(({ day, name, amount }) => ({ day: String(day), name: String(name), amount: Number(amount) }));
  }

  /** What is in the store already of a day. */
  written(application: string, day: string): readonly (readonly [name: string, amount: number])[] {
    return this.#store
      .all('SELECT name, amount FROM daily_usage WHERE application = ? AND day = ?', application, day)
      .map(({ name, amount }) => [String(name), Number(amount)]);
  }

  /** The day so many days before today. */
  dayBefore(days: number): string {
    let day = this.#calendar.dayAt(this.#clock.now());
    for (let count = 0; count < days; count += 1) day = this.#calendar.dayAt(day.startMs - 1);
    return day.day;
  }

  /** Makes durable what was counted. */
  write(): void {
    this.#cancelWrite?.();
    this.#cancelWrite = undefined;
    for (const source of this.#sources) source.settle();
    this.#store.transaction(() => {
      this.#forgetOld();
      for (const [key, amount] of this.#pending) this.#writeAmount(key, amount);
      for (const source of this.#sources) source.save?.();
    });
    this.#pending = new Map();
    if (this.#sources.some(({ isCounting }) => isCounting)) this.writeSoon();
    this.#onWritten();
  }

  close(): void {
    this.write();
    this.#isClosed = true;
    this.#cancelWrite?.();
  }

  /** Not later than the day ends: what is counted in one lump belongs to the day it was counted on. */
  writeSoon(): void {
    if (this.#cancelWrite || this.#isClosed) return;
    const delayMs = Math.min(WRITE_MS, Math.max(1, this.untilTomorrowMs - 1));
    this.#cancelWrite = this.#clock.after(delayMs, () => this.#writeLater(), { isBackground: true });
  }

  /** Once a day is enough. */
  #forgetOld(): void {
    const { today } = this;
    if (this.#lastTidied === today) return;
    const { day } = this.#calendar.dayAt(this.#clock.now() - DAYS_KEPT * DAY_MS);
    this.#store.run('DELETE FROM daily_usage WHERE day < ?', day);
    this.#lastTidied = today;
  }

  #addTo(application: string, day: string, name: UsageName, amount: number): void {
    const key = [application, day, name].join(' ');
    this.#pending.set(key, (this.#pending.get(key) ?? 0) + amount);
  }

  #writeAmount(key: string, amount: number): void {
    const [application = '', day = '', name = ''] = key.split(' ');
    this.#store.run(
      `INSERT INTO daily_usage (application, day, name, amount) VALUES (?, ?, ?, ?)
       ON CONFLICT (application, day, name) DO UPDATE SET amount = amount + excluded.amount`,
      application,
      day,
      name,
      amount,
    );
  }

  /** A full disk must not end the platform: what was counted waits for the next time. */
  #writeLater(): void {
    this.#cancelWrite = undefined;
    try {
      this.write();
    } catch {
      this.writeSoon();
    }
  }
}
