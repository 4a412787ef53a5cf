/** Weights to shares as gcloud makes them: normalised, rounded, the remainder on the first of the largest. Pure. */
import { failure } from '../errors.ts';
import type { ShardBy } from '../model/traffic.ts';

/** Requests are assigned by address in steps of 1 %, by cookie or at random in steps of 0.1 % (Admin API). */
export const stepsOf: Readonly<Record<ShardBy, number>> = { ip: 100, cookie: 1000, random: 1000 };

/** @throws AppcfgError `traffic.invalid` */
export function roundedShares(
  weights: Readonly<Record<string, number>>,
  shardBy: ShardBy,
): Readonly<Record<string, number>> {
  const entries = Object.entries(weights);
  if (entries.length === 0) throw failure('traffic.invalid', { reason: 'names no version' });
  for (const [version, weight] of entries) {
    if (!(weight > 0 && Number.isFinite(weight))) {
      throw failure('traffic.invalid', { reason: `gives ${version} the weight ${weight}` });
    }
  }
  const steps = stepsOf[shardBy];
  const largest = Math.max(...entries.map(([, weight]) => weight));
  // Scaled by the largest first: the sum of huge weights would be infinite.
  const total = entries.reduce((sum, [, weight]) => sum + weight / largest, 0);
  const counts = entries.map(([version, weight]) => ({
    version,
    count: Math.round((weight / largest / total) * steps),
  }));
  const first = entries.findIndex(([, weight]) => weight === largest);
  const remainder = steps - counts.reduce((sum, { count }) => sum + count, 0);
  return Object.fromEntries(
    counts.map(({ version, count }, index) => [
      version,
      share(version, index === first ? count + remainder : count, steps),
    ]),
  );
}

function share(version: string, count: number, steps: number): number {
  if (count > 0) return count / steps;
  throw failure('traffic.invalid', { reason: `gives ${version} less than ${100 / steps}% of the traffic` });
}
