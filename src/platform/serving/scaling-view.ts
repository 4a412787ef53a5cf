/** How the scaler and the pool see a deployment's instances. */
import type { InstancePhase } from './instance-machine.ts';
import type { ManagedInstance } from './managed-instance.ts';
import type { PlacementRules } from './placement.ts';
import type { InstanceSnapshot } from './scaling/decision.ts';
import { instanceTarget, type ScalingSettings } from './scaling/settings.ts';

export function snapshotOf(instance: ManagedInstance): InstanceSnapshot {
  const { id, phase, inFlight, idleSinceMs, cpuUtilization } = instance;
  const state = scalingState(phase);
  const canIdle = state === 'ready' || state === 'standby';
  return {
    id,
    state,
    inFlight,
    ...(canIdle && idleSinceMs !== undefined ? { idleSinceMs } : {}),
    ...(cpuUtilization === undefined ? {} : { cpuUtilization }),
  };
}

export function placementRules(settings: ScalingSettings): PlacementRules {
  const { concurrency } = settings;
  return {
    concurrency,
    target: instanceTarget(settings),
    takesTurns: settings.type === 'manual',
    // Only automatic scaling has a documented limit; one request at a time means one WebSocket too.
    exemptsLasting: settings.type !== 'automatic' && concurrency > 1,
  };
}

function scalingState(phase: InstancePhase): InstanceSnapshot['state'] {
  switch (phase.tag) {
    case 'new':
    case 'spawning':
    case 'starting':
      return 'starting';
    case 'standby':
    case 'ready':
      return phase.tag;
    // It holds its place and may go for being idle; waiting requests call for another one, as with a full one.
    case 'unready':
      return 'ready';
    case 'draining':
    case 'terminating':
    case 'killing':
    case 'ended':
      return 'stopping';
  }
}
