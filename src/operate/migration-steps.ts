/** Moves traffic to a version share by share: which splits a module goes through. Pure. */
import { allTrafficTo, type ShardBy, type TrafficSplit } from '../model/traffic.ts';
import { stepsOf } from './traffic-shares.ts';

/**
 * One split for each share that is more than the version has already; the others keep the rest in proportion.
 * @param shares percent, rising
 */
export function migrationSteps(
  now: TrafficSplit,
  target: { readonly version: string; readonly shares: readonly number[]; readonly shardBy: ShardBy },
): readonly TrafficSplit[] {
  const { version, shares, shardBy } = target;
  const grain = stepsOf[shardBy];
  const others = Object.entries(now.allocations).filter(([id, share]) => id !== version && share > 0);
  const has = Math.round((now.allocations[version] ?? 0) * grain);
  // Nobody to share with: all at once is all there is.
  if (others.length === 0) return has === grain ? [] : [{ ...allTrafficTo(version), shardBy }];
  const counts = shares.map((share) => Math.min(grain, Math.max(1, Math.round((share / 100) * grain))));
  return [...new Set(counts)]
    .filter((count) => count > has)
    .map((count) => {
      if (count === grain) return { ...allTrafficTo(version), shardBy };
      const rest = apportioned(others, grain - count).map(([id, part]) => [id, part / grain] as const);
      return { shardBy, allocations: Object.fromEntries([...rest, [version, count / grain]]) };
    });
}

/** Whole parts in proportion to the weights, by largest remainder; who gets none is left out. */
function apportioned(
  weights: readonly (readonly [string, number])[],
  parts: number,
): readonly (readonly [string, number])[] {
  const total = weights.reduce((sum, [, weight]) => sum + weight, 0);
  const exact = weights.map(([id, weight]) => ({ id, quota: (weight / total) * parts }));
  const missing = parts - exact.reduce((sum, { quota }) => sum + Math.floor(quota), 0);
  const byRemainder = [...exact].sort((a, b) => (b.quota % 1) - (a.quota % 1));
  const lucky = new Set(byRemainder.slice(0, missing).map(({ id }) => id));
  return exact
    .map(({ id, quota }) => [id, Math.floor(quota) + (lucky.has(id) ? 1 : 0)] as const)
    .filter(([, count]) => count > 0);
}
