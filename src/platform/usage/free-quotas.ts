/** On the free profile, used up instance hours stop an application's instances until the day ends (S3 "Shutdown", quota). */
import type { ScalingType } from '../../model/scaling.ts';
import { billedHours, type UsagePrices } from '../../model/usage.ts';
import type { Clock } from '../../support/clock.ts';
import type { ApplicationProfiles } from './application-profiles.ts';
import type { DailyUsage } from './daily-usage.ts';

interface Exhausted {
  readonly frontend: boolean;
  readonly backend: boolean;
}

export interface FreeQuotasParts {
  readonly clock: Clock;
  readonly daily: DailyUsage;
  readonly profiles: ApplicationProfiles;
  readonly prices: UsagePrices;
}

export class FreeQuotas {
  readonly #parts: FreeQuotasParts;
  #exhausted: ReadonlyMap<string, Exhausted> = new Map();
  #onChange: () => void = () => {};
  #cancelMidnight: (() => void) | undefined;

  constructor(parts: FreeQuotasParts) {
    this.#parts = parts;
    this.check();
  }

  /** Told when an application has used its hours up, or has hours again; and from now on it looks by itself. */
  watch(onChange: () => void): void {
    this.#onChange = onChange;
    this.#parts.daily.onWritten = () => this.check();
  }

  isExhausted(application: string, scaling: ScalingType): boolean {
    const found = this.#exhausted.get(application);
    return found !== undefined && (scaling === 'automatic' ? found.frontend : found.backend);
  }

  /** Looks again: hours were counted, or a profile was set. */
  check(): void {
    const before = this.#exhausted;
    this.#exhausted = this.#look();
    this.#watchMidnight();
    if (!isSame(before, this.#exhausted)) this.#onChange();
  }

  close(): void {
    this.#cancelMidnight?.();
    this.#onChange = () => {};
  }

  #look(): ReadonlyMap<string, Exhausted> {
    const { daily, prices, profiles } = this.#parts;
    const found = new Map<string, Exhausted>();
    for (const application of profiles.free()) {
      const hours = billedHours(daily.written(application, daily.today));
      const frontend = hours.frontend >= prices.freeFrontendHours;
      const backend = hours.backend >= prices.freeBackendHours;
      if (frontend || backend) found.set(application, { frontend, backend });
    }
    return found;
  }

  /** Where nothing runs any more nothing is counted, and nobody would look. */
  #watchMidnight(): void {
    this.#cancelMidnight?.();
    this.#cancelMidnight = undefined;
    if (this.#exhausted.size === 0) return;
    const { clock, daily } = this.#parts;
    this.#cancelMidnight = clock.after(daily.untilTomorrowMs, () => this.check(), { isBackground: true });
  }
}

function isSame(before: ReadonlyMap<string, Exhausted>, now: ReadonlyMap<string, Exhausted>): boolean {
  if (before.size !== now.size) return false;
  return [...now].every(([application, { frontend, backend }]) => {
    const former = before.get(application);
    return former?.frontend === frontend && former.backend === backend;
  });
}
