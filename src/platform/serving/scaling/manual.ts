/** Manual scaling: exactly the slots 0 to n-1, each restarted by the restart policy (S3 "Scaling types"). */
import { earliestAfter, recheckAt, type ScalingDecision, type ScalingSnapshot } from './decision.ts';

export function decideManual(snapshot: ScalingSnapshot, instances: number, nowMs: number): ScalingDecision {
  const present = new Set(snapshot.instances.map(({ id }) => id));
  const missing = Array.from({ length: instances }, (_, slot) => String(slot)).filter((id) => !present.has(id));
  const isDue = (id: string) => (snapshot.slotNotBeforeMs.get(id) ?? 0) <= nowMs;
  return {
    start: missing.filter(isDue).map((id) => ({ id, isAheadOfDemand: true, reason: `${instances} wanted` })),
    stop: snapshot.instances
      .filter(({ id, state }) => Number(id) >= instances && state !== 'stopping')
      .map(({ id }) => ({
        id,
        reason: instances === 0 ? 'the version was stopped' : `the number of instances was set to ${instances}`,
      })),
    demand: [],
    ...recheckAt(
      earliestAfter(
        nowMs,
        missing.map((id) => snapshot.slotNotBeforeMs.get(id)),
      ),
    ),
  };
}
