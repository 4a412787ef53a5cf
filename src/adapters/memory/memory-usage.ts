/** Profiles of the memory backend, and usage as tests say it was. */
import type { UsageRole } from '../../backend/operator-roles.ts';
import { countedApplication, excesses } from '../../model/limit-excess.ts';
import { documentedPrices, type UsageAmount, type UsageName, usageReport } from '../../model/usage.ts';
import type { Clock } from '../../support/clock.ts';
import type { MemoryStore } from './memory-store.ts';

interface StoredAmount extends UsageAmount {
  readonly application: string;
  readonly name: UsageName;
}

const DAY_MS = 24 * 3_600_000;

export class MemoryUsage {
  readonly #store: MemoryStore;
  readonly #clock: Clock;
  readonly #amounts: StoredAmount[] = [];

  constructor(store: MemoryStore, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
  }

  readonly role: UsageRole = {
    report: async (application, { since, days = 1 }) => {
      this.#store.require(application);
      const first = since ?? this.#day(days - 1);
      const own = this.#amounts.filter((amount) => amount.application === application && amount.day >= first);
      return usageReport({
        application,
        profile: this.#store.profileOf(application),
        prices: documentedPrices,
        today: this.#day(0),
        amounts: own.sort((a, b) => (a.day > b.day ? -1 : 1)),
      });
    },
    setProfile: async (application, profile) => {
      this.#store.setProfile(application, profile);
      return excesses(profile, countedApplication(this.#store.view(this.#store.require(application))));
    },
  };

  record(amount: StoredAmount): void {
    this.#amounts.push(amount);
  }

  #day(before: number): string {
    return new Date(this.#clock.now() - before * DAY_MS).toISOString().slice(0, 10);
  }
}
