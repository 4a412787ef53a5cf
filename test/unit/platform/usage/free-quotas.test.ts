import { describe, expect, it } from 'vitest';
import { documentedPrices } from '../../../../src/model/usage.ts';
import { ApiResources } from '../../../../src/platform/api-resources.ts';
import { ApplicationProfiles } from '../../../../src/platform/usage/application-profiles.ts';
import { DailyUsage } from '../../../../src/platform/usage/daily-usage.ts';
import { FreeQuotas } from '../../../../src/platform/usage/free-quotas.ts';
import { InstanceHours } from '../../../../src/platform/usage/instance-hours.ts';
import { createFakeClock } from '../../../fake-clock.ts';
import { memoryStore } from '../../../platform/memory-store.ts';
import { desiredOf, specOf } from '../serving/serving-world.ts';

const HOUR = 3_600_000;
/** Midnight in California. */
const MIDNIGHT = Date.UTC(2026, 5, 15, 7);

async function world() {
  const clock = createFakeClock(MIDNIGHT);
  const store = await memoryStore();
  const profiles = new ApplicationProfiles(new ApiResources(store));
  const daily = new DailyUsage(store, clock);
  const hours = new InstanceHours(store, clock, daily);
  const quotas = new FreeQuotas({ clock, daily, profiles, prices: documentedPrices });
  const changes: number[] = [];
  quotas.watch(() => changes.push(clock.monotonicMs()));
  const scalings = ['automatic', 'basic', 'manual'] as const;
  const exhausted = () => scalings.filter((scaling) => quotas.isExhausted('simple-sample', scaling));
  return { clock, profiles, daily, hours, quotas, changes, exhausted };
}

function begin(hours: InstanceHours, scaling: 'manual' | 'automatic', instanceClass: string) {
  const spec =
    scaling === 'manual'
      ? specOf({ type: 'manual', instances: 1 }, { instanceClass })
      : specOf({ type: 'automatic' }, { instanceClass });
  return hours.begin(desiredOf(spec).deployment, '0');
}

describe('free instance hours (S3: 28 of F1, 8 of B1 a day)', () => {
  it('8 hours of B1 are used up by a B4 in 2 hours, until midnight in California', async () => {
    const { clock, profiles, hours, changes, exhausted } = await world();
    profiles.set('simple-sample', 'free');
    const run = begin(hours, 'manual', 'B4');
    await clock.advance(2 * HOUR - 1);
    expect(exhausted()).toEqual([]);
    await clock.advance(10_001);
    expect(exhausted()).toEqual(['basic', 'manual']);
    run.ended(true);
    await clock.advance(22 * HOUR - 20_000);
    expect(exhausted()).toEqual(['basic', 'manual']);
    await clock.advance(20_000);
    expect(exhausted()).toEqual([]);
    expect(changes).toHaveLength(2);
    expect(changes[1]).toBe(24 * HOUR);
  });

  it('28 hours of F1 are used up by two busy F2 in 7 hours', async () => {
    const { clock, profiles, hours, exhausted } = await world();
    profiles.set('simple-sample', 'free');
    for (const id of ['a', 'b']) {
      const { deployment } = desiredOf(specOf({ type: 'automatic' }, { instanceClass: 'F2' }));
      hours.begin(deployment, id).busy();
    }
    await clock.advance(7 * HOUR - 10_000);
    expect(exhausted()).toEqual([]);
    await clock.advance(20_000);
    expect(exhausted()).toEqual(['automatic']);
  });

  it('nobody else is stopped', async () => {
    const { clock, profiles, hours, quotas, changes, exhausted } = await world();
    begin(hours, 'manual', 'B8');
    await clock.advance(20 * HOUR);
    expect(exhausted()).toEqual([]);
    profiles.set('simple-sample', 'free');
    quotas.check();
    expect(exhausted()).toEqual(['basic', 'manual']);
    profiles.set('simple-sample', 'paid-eu');
    quotas.check();
    expect(exhausted()).toEqual([]);
    expect(changes).toHaveLength(2);
  });
});
