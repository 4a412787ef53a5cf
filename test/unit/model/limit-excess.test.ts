import { describe, expect, it } from 'vitest';
import { type CountedState, type CountedVersion, excesses, limitExcess } from '../../../src/model/limit-excess.ts';
import type { Profile } from '../../../src/model/profile.ts';

function versions(count: number, modules = 1): readonly CountedVersion[] {
  return Array.from({ length: count }, (_, index) => ({
    module: `m${index % modules}`,
    version: `v${index}`,
    scaling: { type: 'automatic' },
  }));
}

const state = (list: readonly CountedVersion[], cronJobs = 0): CountedState => ({ versions: list, cronJobs });
const nothing = state([]);
const manual = (instances: number, override?: number): CountedVersion => ({
  ...{ module: 'm', version: 'v', scaling: { type: 'manual', instances } },
  instances: override,
});

describe('limits of the profiles (S3 "Limits")', () => {
  it.each<[Profile, number, number, number]>([
    ['free', 5, 15, 20],
    ['paid-us', 20, 60, 200],
    ['paid-eu', 20, 60, 25],
  ])('%s: %i modules, %i versions, %i instances', (profile, modules, most, instances) => {
    const check = (after: CountedState) => limitExcess(profile, nothing, after);
    expect(check(state(versions(modules, modules)))).toBeUndefined();
    expect(check(state(versions(modules + 1, modules + 1)))).toEqual({
      ...{ what: 'modules', current: 0, count: modules + 1, limit: modules },
    });
    expect(check(state(versions(most)))).toBeUndefined();
    expect(check(state(versions(most + 1)))).toMatchObject({ what: 'versions', count: most + 1, limit: most });
    expect(check(state([manual(instances)]))).toBeUndefined();
    expect(check(state([manual(instances + 1)]))).toEqual({
      ...{ what: 'instances', current: 0, count: instances + 1, limit: instances, module: 'm', version: 'v' },
    });
  });

  it('2.4b counts what was set by hand, the most of basic scaling, and nothing of automatic', () => {
    expect(limitExcess('free', nothing, state([manual(1, 21)]))?.count).toBe(21);
    const basic: CountedVersion = {
      ...{ module: 'm', version: 'v', scaling: { type: 'basic', maxInstances: 21, idleTimeoutMs: 1 } },
    };
    expect(limitExcess('free', nothing, state([basic]))?.count).toBe(21);
    const automatic: CountedVersion = { ...basic, scaling: { type: 'automatic', maxInstances: 1000 } };
    expect(limitExcess('free', nothing, state([automatic]))).toBeUndefined();
  });

  it('2.4b allows 20 cron jobs to a free application and 250 to a paid one', () => {
    expect(limitExcess('free', nothing, state([], 21))).toMatchObject({ what: 'cron jobs', limit: 20 });
    expect(limitExcess('paid-us', nothing, state([], 250))).toBeUndefined();
    expect(limitExcess('paid-us', nothing, state([], 251))).toMatchObject({ what: 'cron jobs', limit: 250 });
  });

  it('lets what is over stay and shrink, but not grow', () => {
    const now = state([...versions(8, 8), manual(50)], 30);
    expect(excesses('free', now).map(({ what }) => what)).toEqual(['modules', 'cron jobs', 'instances']);
    expect(limitExcess('free', now, now)).toBeUndefined();
    expect(limitExcess('free', now, state([...versions(7, 7), manual(40)], 25))).toBeUndefined();
    expect(limitExcess('free', now, state([...versions(8, 8), manual(51)], 30))).toMatchObject({
      count: 51,
      current: 50,
    });
    expect(limitExcess('free', now, state([...versions(9, 9), manual(50)], 30))).toMatchObject({ what: 'modules' });
  });
});
