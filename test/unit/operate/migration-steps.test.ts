import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ShardBy, trafficSplitProblem } from '../../../src/model/traffic.ts';
import { migrationSteps } from '../../../src/operate/migration-steps.ts';

const shares = [10, 50, 100];

describe('migrationSteps', () => {
  it('goes from the version that has all to the one that is to have all', () => {
    const now = { shardBy: 'ip', allocations: { v1: 1 } } as const;
    expect(migrationSteps(now, { version: 'v2', shares, shardBy: 'ip' })).toEqual([
      { shardBy: 'ip', allocations: { v1: 0.9, v2: 0.1 } },
      { shardBy: 'ip', allocations: { v1: 0.5, v2: 0.5 } },
      { shardBy: 'ip', allocations: { v2: 1 } },
    ]);
  });

  it('never takes back what the version has, and keeps the others in proportion', () => {
    const now = { shardBy: 'cookie', allocations: { v1: 0.6, v2: 0.2, v3: 0.2 } } as const;
    expect(migrationSteps(now, { version: 'v2', shares, shardBy: 'cookie' })).toEqual([
      { shardBy: 'cookie', allocations: { v1: 0.375, v3: 0.125, v2: 0.5 } },
      { shardBy: 'cookie', allocations: { v2: 1 } },
    ]);
  });

  it('has nothing to do for who has all, and one step where there is nobody to share with', () => {
    const all = { shardBy: 'ip', allocations: { v2: 1 } } as const;
    expect(migrationSteps(all, { version: 'v2', shares, shardBy: 'ip' })).toEqual([]);
    expect(migrationSteps({ shardBy: 'ip', allocations: {} }, { version: 'v2', shares, shardBy: 'ip' })).toEqual([all]);
  });

  it('always makes splits that can be used, and rises', () => {
    const weights = fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1, maxLength: 6 });
    const rising = fc
      .uniqueArray(fc.integer({ min: 1, max: 100 }), { minLength: 1, maxLength: 5 })
      .map((list) => list.sort((a, b) => a - b));
    const how = fc.constantFrom<ShardBy>('ip', 'cookie', 'random');
    fc.assert(
      fc.property(weights, rising, how, (parts, percents, shardBy) => {
        const total = parts.reduce((sum, part) => sum + part, 0);
        const allocations = Object.fromEntries(parts.map((part, index) => [`v${index}`, part / total]));
        const steps = migrationSteps({ shardBy, allocations }, { version: 'v0', shares: percents, shardBy });
        let before = allocations.v0 ?? 0;
        for (const step of steps) {
          expect(trafficSplitProblem(step)).toBeUndefined();
          const has = step.allocations.v0 ?? 0;
          expect(has).toBeGreaterThan(before - 0.01);
          before = has;
        }
        if (parts.length > 1 && percents.at(-1) === 100) expect(before).toBe(1);
      }),
    );
  });
});
