/** Counts what an application's sockets do against the limits of a minute and of a day. */
import type { Clock } from '../../../support/clock.ts';
import { billingDay } from '../../usage/billing-day.ts';
import { RpcError } from '../api-problem.ts';
import type { QuotaName, SocketQuotas } from './socket-limits.ts';

interface Window {
  index: number | string;
  used: number;
}

const MINUTE_MS = 60_000;

export class QuotaMeter {
  readonly #clock: Clock;
  readonly #windows = new Map<string, Window>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Throws OVER_QUOTA when the quota is used up; what is counted last may exceed it. */
  count(application: string, quotas: SocketQuotas | undefined, name: QuotaName, amount = 1): void {
    if (!quotas) return;
    const { perMinute, perDay } = quotas[name];
    const nowMs = this.#clock.now();
    const minute = this.#window(`${application} ${name} minute`, Math.floor(nowMs / MINUTE_MS));
    const day = this.#window(`${application} ${name} day`, billingDay(nowMs));
    if (minute.used >= perMinute || day.used >= perDay) {
      const span = minute.used >= perMinute ? `${perMinute} a minute` : `${perDay} a day`;
      throw new RpcError('overQuota', `the application's socket quota is used up: ${name}, ${span}`);
    }
    minute.used += amount;
    day.used += amount;
  }

  #window(key: string, index: number | string): Window {
    let window = this.#windows.get(key);
    if (!window) {
      window = { index, used: 0 };
      this.#windows.set(key, window);
    }
    if (window.index !== index) {
      window.index = index;
      window.used = 0;
    }
    return window;
  }
}
