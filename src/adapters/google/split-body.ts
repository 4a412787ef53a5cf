/** Traffic splits in the precision that Google keeps: hundredths by address, thousandths otherwise. Pure. */
import type { TrafficSplit } from '../../model/traffic.ts';

/** Rounded so that the shares still add up to 1; what is left over goes to the largest one. */
export function keptSplit({ shardBy, allocations }: TrafficSplit): TrafficSplit {
  const units = shardBy === 'ip' ? 100 : 1000;
  const entries = Object.entries(allocations).map(([version, share]) => ({
    version,
    share,
    units: Math.max(1, Math.round(share * units)),
  }));
  const largest = entries.reduce((best, entry) => (entry.share > best.share ? entry : best), entries[0] ?? none);
  const total = entries.reduce((sum, entry) => sum + entry.units, 0);
  const rounded = entries.map((entry) => [
    entry.version,
    (entry === largest ? entry.units + units - total : entry.units) / units,
  ]);
  return { shardBy, allocations: Object.fromEntries(rounded) };
}

const none = { version: '', share: 0, units: 0 };

export function splitBody({ shardBy, allocations }: TrafficSplit) {
  return { allocations, shardBy: shardBy.toUpperCase() };
}
