/** What counts and limits what applications use, put together. */
import { type UsagePrices, type UsageReport, usageReport } from '../model/usage.ts';
import type { Clock } from '../support/clock.ts';
import type { ApiResources } from './api-resources.ts';
import type { Lifetime } from './lifetime.ts';
import { RequestCounters } from './metrics/request-counters.ts';
import type { StateStore } from './store/state-store.ts';
import { ApplicationProfiles } from './usage/application-profiles.ts';
import { DailyUsage } from './usage/daily-usage.ts';
import { FreeQuotas } from './usage/free-quotas.ts';
import { InstanceHours } from './usage/instance-hours.ts';
import { usagePrices } from './usage/usage-prices.ts';

export interface UsageQuery {
  /** `2026-11-21`, included. */
  readonly since?: string | undefined;
  /** So many days, today among them; 1 when neither is given. */
  readonly days?: number | undefined;
}

export interface PlatformUsage {
  readonly profiles: ApplicationProfiles;
  readonly daily: DailyUsage;
  readonly hours: InstanceHours;
  readonly requests: RequestCounters;
  readonly quotas: FreeQuotas;
  report(application: string, query: UsageQuery): UsageReport;
}

export interface PlatformUsageOptions {
  readonly clock: Clock;
  readonly store: StateStore;
  readonly resources: ApiResources;
  readonly configDirectory: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** @throws AppcfgError `platform.prices-invalid` */
export function openPlatformUsage(options: PlatformUsageOptions, lifetime: Lifetime): PlatformUsage {
  const { clock, store, resources, configDirectory, environment } = options;
  const prices: UsagePrices = usagePrices(configDirectory, environment);
  const profiles = new ApplicationProfiles(resources);
  const daily = new DailyUsage(store, clock);
  const hours = new InstanceHours(store, clock, daily);
  const requests = new RequestCounters(daily);
  // Not now: a full disk is no reason not to start.
  daily.writeSoon();
  const quotas = new FreeQuotas({ clock, daily, profiles, prices });
  lifetime.onClose('usage', () => {
    quotas.close();
    daily.close();
  });
  return {
    ...{ profiles, daily, hours, requests, quotas },
    report: (application, { since, days = 1 }) =>
      usageReport({
        ...{ application, prices },
        profile: profiles.of(application),
        today: daily.today,
        amounts: daily.amounts(application, since ?? daily.dayBefore(days - 1)),
      }),
  };
}
