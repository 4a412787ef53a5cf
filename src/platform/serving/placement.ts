/** Which instance takes the next request: a pure choice without allocation, since it is made for every request. */

export interface Candidate {
  readonly id: string;
  readonly inFlight: number;
  /** Of those in flight: connections that last. */
  readonly lasting?: number;
  readonly phase: { readonly tag: string };
}

export interface PlacementRules {
  /** Requests one instance may have in flight. */
  readonly concurrency: number;
  /** Connections that last don't count for it. */
  readonly exemptsLasting?: boolean;
  /** Requests in flight per instance up to which no other one is needed. */
  readonly target: number;
  /** Equal instances take turns (manual); otherwise the older ones take all, so that the others can go idle. */
  readonly takesTurns: boolean;
}

export interface PlacementWish {
  readonly instance?: string;
  readonly preferred?: string;
}

/** `turn` is any growing number. Undefined when no instance has room. */
export function choose<T extends Candidate>(
  instances: readonly T[],
  rules: PlacementRules,
  wish: PlacementWish,
  turn: number,
): T | undefined {
  const named = wish.instance ?? wish.preferred;
  if (named !== undefined) {
    const found = instances.find(({ id }) => id === named);
    if (found && hasRoom(found, rules)) return found;
    if (wish.instance !== undefined) return undefined;
  }
  return rules.takesTurns
    ? leastBusy(instances, rules, { from: turn, among: instances.length })
    : packed(instances, rules);
}

function hasRoom(instance: Candidate, rules: PlacementRules): boolean {
  const exempt = rules.exemptsLasting === true ? (instance.lasting ?? 0) : 0;
  return instance.phase.tag === 'ready' && instance.inFlight - exempt < rules.concurrency;
}

/** The instances that the load needs come first, the rest only when those are full. */
function packed<T extends Candidate>(instances: readonly T[], rules: PlacementRules): T | undefined {
  let inFlight = 0;
  for (const instance of instances) inFlight += instance.inFlight;
  const needed = Math.ceil((inFlight + 1) / rules.target);
  return (
    leastBusy(instances, rules, { from: 0, among: needed }) ??
    leastBusy(instances, rules, { from: 0, among: instances.length })
  );
}

/** `among` counts ready instances only. */
function leastBusy<T extends Candidate>(
  instances: readonly T[],
  rules: PlacementRules,
  { from, among }: { readonly from: number; readonly among: number },
): T | undefined {
  let best: T | undefined;
  let seen = 0;
  for (let index = 0; index < instances.length && seen < among; index += 1) {
    const instance = instances[(from + index) % instances.length];
    if (instance === undefined || instance.phase.tag !== 'ready') continue;
    seen += 1;
    if (hasRoom(instance, rules) && (best === undefined || instance.inFlight < best.inFlight)) best = instance;
  }
  return best;
}
