/** Automatic scaling: as many instances as load, waiting requests, processor use and the idle settings call for. */
import {
  earliestAfter,
  type InstanceSnapshot,
  recheckAt,
  type ScalingDecision,
  type ScalingSnapshot,
  type WaitingRequest,
} from './decision.ts';

export interface AutomaticSettings {
  /** Requests one instance may have in flight. */
  readonly concurrency: number;
  /** Share of `concurrency` at which another instance is wanted. */
  readonly targetThroughputUtilization: number;
  /** Share of a core at which another instance is wanted. */
  readonly targetCpuUtilization: number;
  readonly minPendingLatencyMs: number;
  /** Undefined: automatic, no waiting for capacity to come free once the minimum has passed. */
  readonly maxPendingLatencyMs?: number;
  readonly minInstances: number;
  readonly maxInstances: number;
  readonly minIdleInstances: number;
  readonly maxIdleInstances: number;
  /** An instance above the need goes after this long without a request. */
  readonly idleMs: number;
  /** One above `maxIdleInstances` goes after this long. */
  readonly excessIdleMs: number;
}

export function decideAutomatic(
  snapshot: ScalingSnapshot,
  settings: AutomaticSettings,
  nowMs: number,
): ScalingDecision {
  const live = snapshot.instances.filter(({ state }) => state !== 'stopping');
  const need = neededInstances(snapshot, settings, nowMs);
  const target = Math.min(settings.maxInstances, Math.max(need + settings.minIdleInstances, settings.minInstances));
  const isDue = snapshot.notBeforeMs <= nowMs;
  const missing = Math.max(0, target - live.length);
  const forDemand = Math.max(0, Math.min(settings.maxInstances, need) - live.length);
  return {
    start: Array.from({ length: isDue ? missing : 0 }, (_, index) => ({
      isAheadOfDemand: index >= forDemand,
      reason: index < forDemand ? 'load' : 'minimum and idle settings',
    })),
    stop: superfluous(live, target, settings, nowMs),
    demand: [],
    ...recheckAt(earliestAfter(nowMs, recheckMoments(snapshot, settings, missing > 0))),
  };
}

/**
 * Instances that the present load keeps busy (App Engine docs: concurrency x target utilization, processor use,
 * pending latency).
 */
export function neededInstances(snapshot: ScalingSnapshot, settings: AutomaticSettings, nowMs: number): number {
  const live = snapshot.instances.filter(({ state }) => state !== 'stopping');
  const inFlight = live.reduce((sum, { inFlight }) => sum + inFlight, 0);
  const forLoad = Math.ceil(inFlight / throughputTarget(settings));
  return Math.max(forLoad, forProcessor(live, settings), forWaiting(snapshot, live, settings, nowMs));
}

/** Requests in flight per instance that are just enough; never less than one. */
export function throughputTarget(settings: AutomaticSettings): number {
  return Math.max(1, settings.concurrency * settings.targetThroughputUtilization);
}

function forProcessor(live: readonly InstanceSnapshot[], settings: AutomaticSettings): number {
  const busy = live.filter(
    ({ state, inFlight, cpuUtilization }) => state === 'ready' && inFlight > 0 && cpuUtilization !== undefined,
  );
  const used = busy.reduce((sum, { cpuUtilization = 0 }) => sum + cpuUtilization, 0);
  const isHot = busy.length > 0 && used / busy.length > settings.targetCpuUtilization;
  return isHot ? Math.ceil(used / settings.targetCpuUtilization) : 0;
}

/**
 * Requests wait when every ready instance is full, so they need instances beside those. What is starting counts towards
 * that number when the caller compares it with the living ones: a start for each waiting request would be too many.
 */
function forWaiting(
  snapshot: ScalingSnapshot,
  live: readonly InstanceSnapshot[],
  settings: AutomaticSettings,
  nowMs: number,
): number {
  const due = snapshot.waiting.filter((request, position) =>
    isDue(request, position, { snapshot, live, settings, nowMs }),
  );
  if (due.length === 0) return 0;
  const ready = live.filter(({ state }) => state === 'ready').length;
  return ready + Math.ceil(due.length / settings.concurrency);
}

interface WaitContext {
  readonly snapshot: ScalingSnapshot;
  readonly live: readonly InstanceSnapshot[];
  readonly settings: AutomaticSettings;
  readonly nowMs: number;
}

/** True when a waiting request justifies a new instance. */
function isDue(request: WaitingRequest, position: number, context: WaitContext): boolean {
  const { snapshot, live, settings, nowMs } = context;
  // With no instance at all there is nothing to wait for.
  if (live.length === 0) return true;
  const waitedMs = nowMs - request.sinceMs;
  const { maxPendingLatencyMs } = settings;
  if (maxPendingLatencyMs !== undefined && waitedMs >= maxPendingLatencyMs) return true;
  if (waitedMs < settings.minPendingLatencyMs) return false;
  if (maxPendingLatencyMs === undefined || snapshot.averageLatencyMs === undefined) return true;
  // Between the two limits it waits if the running instances will probably come to it in time.
  const inFlight = live.reduce((sum, instance) => sum + instance.inFlight, 0);
  const expectedMs = (snapshot.averageLatencyMs * (position + 1)) / Math.max(1, inFlight);
  return waitedMs + expectedMs > maxPendingLatencyMs;
}

function superfluous(
  live: readonly InstanceSnapshot[],
  target: number,
  settings: AutomaticSettings,
  nowMs: number,
): ScalingDecision['stop'] {
  const idle = live
    .filter(({ state, idleSinceMs }) => state === 'ready' && idleSinceMs !== undefined)
    .sort((a, b) => (a.idleSinceMs ?? 0) - (b.idleSinceMs ?? 0));
  const spare = Math.max(0, live.length - target);
  const excess = Math.max(0, idle.length - settings.maxIdleInstances);
  const idleFor = (instance: InstanceSnapshot) => nowMs - (instance.idleSinceMs ?? nowMs);
  return idle.slice(0, spare).flatMap((instance, index) => {
    if (idleFor(instance) >= settings.idleMs)
      return [{ id: instance.id, reason: `idle for ${settings.idleMs / 60_000} minutes` }];
    if (index < excess && idleFor(instance) >= settings.excessIdleMs)
      return [{ id: instance.id, reason: 'more idle instances than max_idle_instances' }];
    return [];
  });
}

function recheckMoments(
  snapshot: ScalingSnapshot,
  settings: AutomaticSettings,
  isShort: boolean,
): (number | undefined)[] {
  const { maxPendingLatencyMs, minPendingLatencyMs } = settings;
  return [
    isShort ? snapshot.notBeforeMs : undefined,
    ...snapshot.waiting.flatMap(({ sinceMs }) => [
      sinceMs + minPendingLatencyMs,
      maxPendingLatencyMs === undefined ? undefined : sinceMs + maxPendingLatencyMs,
    ]),
    ...snapshot.instances.flatMap(({ idleSinceMs }) =>
      idleSinceMs === undefined ? [] : [idleSinceMs + settings.idleMs, idleSinceMs + settings.excessIdleMs],
    ),
  ];
}
