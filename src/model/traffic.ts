/** Shares of a module's traffic per version. */

export type ShardBy = 'ip' | 'cookie' | 'random';

export interface TrafficSplit {
  readonly shardBy: ShardBy;
  /** Version -> share in (0, 1]; the shares add up to 1. */
  readonly allocations: Readonly<Record<string, number>>;
}

export function allTrafficTo(version: string): TrafficSplit {
  return { shardBy: 'ip', allocations: { [version]: 1 } };
}

export function receivesTraffic(split: TrafficSplit, version: string): boolean {
  return (split.allocations[version] ?? 0) > 0;
}

/** The version with the largest share: the module's "default version". */
export function defaultVersionOf(split: TrafficSplit): string | undefined {
  let best: string | undefined;
  let bestShare = 0;
  for (const [version, share] of Object.entries(split.allocations)) {
    if (share > bestShare) {
      best = version;
      bestShare = share;
    }
  }
  return best;
}

/** Why a split can't be used; undefined when it can. */
export function trafficSplitProblem(split: TrafficSplit): string | undefined {
  const shares = Object.values(split.allocations);
  if (shares.length === 0) return 'names no version';
  if (shares.some((share) => !(share > 0 && share <= 1))) return 'has a share that is not between 0 and 1';
  const sum = shares.reduce((total, share) => total + share, 0);
  if (Math.abs(sum - 1) > 1e-6) return `adds up to ${sum} instead of 1`;
  return undefined;
}

/** For people: `all to uno`, or `dos 30%, uno 70%`. */
export function splitText(split: TrafficSplit): string {
  const shares = Object.entries(split.allocations);
  if (shares.length === 1) return `all to ${defaultVersionOf(split)}`;
  return shares.map(([version, share]) => `${version} ${Number((share * 100).toFixed(1))}%`).join(', ');
}
