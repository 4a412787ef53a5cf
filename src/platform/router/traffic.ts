/** Which version gets a request: by hash of the address, by cookie, or at random. */
import type { ShardBy, TrafficSplit } from '../../model/traffic.ts';

/** The cookie of App Engine's cookie splitting: a number from 0 to 999. */
export const TRAFFIC_COOKIE = 'GOOGAPPUID';
const BUCKETS = 1000;

export interface CompiledSplit {
  readonly shardBy: ShardBy;
  /** Sorted by name, so that a split means the same however it was written down. */
  readonly versions: readonly string[];
  /** Cumulative shares: version i takes fractions below `bounds[i]`. */
  readonly bounds: readonly number[];
}

export interface TrafficFacts {
  readonly clientIp: string;
  /** Of TRAFFIC_COOKIE. */
  readonly cookie: string | undefined;
  /** In [0, 1). */
  readonly random: () => number;
}

export interface TrafficChoice {
  readonly version: string;
  /** Must be sent to the client, so that it stays with its version. */
  readonly newCookie?: number;
}

/** @param isDeployed versions that are not deployed get no traffic; the others share it */
export function compileSplit(split: TrafficSplit, isDeployed: (version: string) => boolean): CompiledSplit {
  const entries = Object.entries(split.allocations)
    .filter(([version, share]) => share > 0 && isDeployed(version))
    .sort(([a], [b]) => (a < b ? -1 : 1));
  const total = entries.reduce((sum, [, share]) => sum + share, 0);
  let reached = 0;
  const bounds = entries.map(([, share]) => {
    reached += share / total;
    return reached;
  });
  return { shardBy: split.shardBy, versions: entries.map(([version]) => version), bounds };
}

/** Undefined when no version of the module takes traffic. */
export function chooseVersion(split: CompiledSplit, facts: TrafficFacts): TrafficChoice | undefined {
  const first = split.versions[0];
  if (first === undefined) return undefined;
  if (split.versions.length === 1) return { version: first };
  switch (split.shardBy) {
    case 'random':
      return { version: versionAt(split, facts.random()) };
    case 'ip':
      return { version: versionAt(split, ipFraction(facts.clientIp)) };
    case 'cookie': {
      const known = cookieBucket(facts.cookie);
      const bucket = known ?? Math.floor(facts.random() * BUCKETS);
      const version = versionAt(split, bucket / BUCKETS);
      return known === undefined ? { version, newCookie: bucket } : { version };
    }
  }
}

export function versionAt(split: CompiledSplit, fraction: number): string {
  const index = split.bounds.findIndex((bound) => fraction < bound);
  // Sums of shares may stay a rounding error below 1.
  return split.versions[index === -1 ? split.versions.length - 1 : index] ?? '';
}

/** The bucket in a cookie of ours; undefined when the cookie is absent or not ours. */
export function cookieBucket(cookie: string | undefined): number | undefined {
  return cookie !== undefined && /^\d{1,3}$/.test(cookie) ? Number(cookie) : undefined;
}

/** FNV-1a with a final mix, evenly spread over [0, 1) also for neighbouring addresses. */
export function ipFraction(ip: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < ip.length; index += 1) {
    hash = Math.imul(hash ^ ip.charCodeAt(index), 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
}
