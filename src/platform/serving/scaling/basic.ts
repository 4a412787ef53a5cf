/** Basic scaling: an instance only when none can take the request, up to a maximum; gone when idle for long enough. */
import type { BasicScaling } from '../../../model/scaling.ts';
import {
  earliestAfter,
  type InstanceSnapshot,
  recheckAt,
  type ScalingDecision,
  type ScalingSnapshot,
  type StartOrder,
} from './decision.ts';

export interface BasicSettings extends Pick<BasicScaling, 'maxInstances' | 'idleTimeoutMs'> {
  /** How many requests one instance may have in flight. */
  readonly concurrency: number;
  /** With more in flight per instance the next one is started, while these still take requests. */
  readonly scaleOutAt: number;
}

export function decideBasic(snapshot: ScalingSnapshot, settings: BasicSettings, nowMs: number): ScalingDecision {
  const named = namedNeeds(snapshot, settings);
  const standby = snapshot.instances.filter(({ id, state }) => state === 'standby' && !named.demand.includes(id));
  const free = freeSlots(snapshot, settings).filter((id) => !named.start.includes(id));
  const more = missingInstances(snapshot, settings, named.start.length + named.demand.length);
  const demand = [...named.demand, ...standby.slice(0, more).map(({ id }) => id)];
  const wanted = [...named.start, ...free.slice(0, Math.max(0, more - standby.length))];
  const isDue = snapshot.notBeforeMs <= nowMs;
  const idle = snapshot.instances.filter(({ id }) => !demand.includes(id));
  return {
    start: isDue ? wanted.map((id): StartOrder => ({ id, isAheadOfDemand: false, reason: 'requests wait' })) : [],
    stop: idle
      .filter((instance) => isIdleTooLong(instance, settings, nowMs))
      .map(({ id }) => ({ id, reason: `idle for ${settings.idleTimeoutMs / 1000} s` })),
    demand,
    ...recheckAt(
      earliestAfter(nowMs, [
        wanted.length > 0 ? snapshot.notBeforeMs : undefined,
        ...idle.map(({ idleSinceMs }) =>
          idleSinceMs === undefined ? undefined : idleSinceMs + settings.idleTimeoutMs,
        ),
      ]),
    ),
  };
}

/** Requests for a certain instance start that slot (S3: every instance of a basic version is addressable). */
function namedNeeds(snapshot: ScalingSnapshot, settings: BasicSettings) {
  const named = new Set(snapshot.waiting.flatMap(({ instance }) => (instance === undefined ? [] : [instance])));
  const free = new Set(freeSlots(snapshot, settings));
  return {
    start: [...named].filter((id) => free.has(id)),
    demand: snapshot.instances.filter(({ id, state }) => state === 'standby' && named.has(id)).map(({ id }) => id),
  };
}

/** How many instances more the waiting requests, or the load of the running ones, call for. */
function missingInstances(snapshot: ScalingSnapshot, settings: BasicSettings, coming: number): number {
  const starting = count(snapshot, 'starting') + coming;
  const waiting = snapshot.waiting.filter(({ instance }) => instance === undefined).length;
  // Those that are starting will take their share: a start each would be too many.
  const forWaiting = Math.ceil((waiting - starting * settings.concurrency) / settings.concurrency);
  const inFlight = snapshot.instances.reduce((sum, instance) => sum + instance.inFlight, 0);
  const ready = count(snapshot, 'ready');
  const isLoaded = ready > 0 && inFlight > ready * settings.scaleOutAt;
  const forLoad = isLoaded ? 1 - starting : 0;
  return Math.max(0, forWaiting, forLoad);
}

function freeSlots(snapshot: ScalingSnapshot, settings: BasicSettings): readonly string[] {
  const present = new Set(snapshot.instances.map(({ id }) => id));
  return Array.from({ length: settings.maxInstances }, (_, slot) => String(slot)).filter((id) => !present.has(id));
}

function isIdleTooLong(instance: InstanceSnapshot, settings: BasicSettings, nowMs: number): boolean {
  if (instance.state !== 'ready' && instance.state !== 'standby') return false;
  return instance.idleSinceMs !== undefined && instance.idleSinceMs + settings.idleTimeoutMs <= nowMs;
}

function count(snapshot: ScalingSnapshot, state: InstanceSnapshot['state']): number {
  return snapshot.instances.filter((instance) => instance.state === state).length;
}
