/** Counts what applications use, by the day: in memory at once, in the store every few seconds and at the end. */
import type { DailyTraffic } from '../../model/usage.ts';
import type { Clock } from '../../support/clock.ts';
import type { StateStore } from '../store/state-store.ts';
import { billingDay } from './billing-day.ts';

export type UsageName = 'socket-bytes-sent' | 'socket-bytes-received';

/** A platform that is killed forgets no more than this. */
const WRITE_MS = 5_000;
const DAYS_SHOWN = 31;

export class DailyUsage {
  readonly #store: StateStore;
  readonly #clock: Clock;
  /** Not yet written: `application day name` -> amount. */
  #pending = new Map<string, number>();
  #cancelWrite: (() => void) | undefined;

  constructor(store: StateStore, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
  }

  add(application: string, name: UsageName, amount: number): void {
    if (amount === 0) return;
    const key = [application, billingDay(this.#clock.now()), name].join(' ');
    this.#pending.set(key, (this.#pending.get(key) ?? 0) + amount);
    this.#cancelWrite ??= this.#clock.after(WRITE_MS, () => this.#writeLater(), { isBackground: true });
  }

  /** The newest day first. */
  traffic(application: string): readonly DailyTraffic[] {
    this.write();
    const rows = this.#store.all(
      'SELECT day, name, amount FROM daily_usage WHERE application = ? ORDER BY day DESC',
      application,
    );
    const days = new Map<string, Record<string, number>>();
    for (const { day, name, amount } of rows) {
      const known = days.get(String(day)) ?? {};
      known[String(name)] = Number(amount);
      days.set(String(day), known);
    }
    return [...days].slice(0, DAYS_SHOWN).map(([day, amounts]) => ({
      day,
      socketBytesSent: amounts['socket-bytes-sent'] ?? 0,
      socketBytesReceived: amounts['socket-bytes-received'] ?? 0,
    }));
  }

  /** Makes durable what was counted. */
  write(): void {
    this.#cancelWrite?.();
    this.#cancelWrite = undefined;
    const pending = this.#pending;
    if (pending.size === 0) return;
    this.#store.transaction(() => {
      for (const [key, amount] of pending) {
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
    });
    this.#pending = new Map();
  }

  /** A full disk must not end the platform: what was counted waits for the next time. */
  #writeLater(): void {
    this.#cancelWrite = undefined;
    try {
      this.write();
    } catch {
      this.#cancelWrite = this.#clock.after(WRITE_MS, () => this.#writeLater(), { isBackground: true });
    }
  }
}
