/** Whether a request may come in at all, before any instance is looked for (runtime facts 3.1, 3.2). */
import { isUsable } from './instance-machine.ts';
import type { ManagedInstance } from './managed-instance.ts';
import type { ScalingSettings } from './scaling/settings.ts';
import type { ClaimOptions, ClaimRefusal, Refused } from './version-pool.ts';

export interface AdmissionState {
  readonly isDraining: boolean;
  readonly isStopped: boolean;
  readonly isOverQuota: boolean;
  readonly settings: ScalingSettings;
  readonly instances: readonly ManagedInstance[];
  /** How long until something that failed may start again, and why it failed; 0 when it may now. */
  readonly backOff: () => { readonly waitMs: number; readonly reason: string };
  readonly pendingLimitMs: number;
}

/** Undefined: it may, and waits if it must. Called for every request. */
export function refusalOf(claim: ClaimOptions, state: AdmissionState): Refused | undefined {
  if (state.isDraining) return refused('shutting-down', 'the version is being replaced or the platform ends');
  if (state.isStopped) return refused('stopped', 'the version is stopped');
  if (state.isOverQuota) return refused('over-quota', 'the free instance hours of the day are used up');
  if (claim.instance !== undefined) return instanceRefusal(claim.instance, state);
  if (state.instances.some(({ phase }) => isUsable(phase))) return undefined;
  if (state.settings.type === 'manual' && state.settings.instances === 0) {
    return refused('stopped', 'the version has no program to run');
  }
  // Nothing runs: a start within the pending limit is worth waiting for, a later one is not.
  const { waitMs, reason } = state.backOff();
  if (waitMs <= state.pendingLimitMs) return undefined;
  return refused('start-failed', `${reason}; the next start is in ${Math.ceil(waitMs / 1000)} s`);
}

export function refused(refusal: ClaimRefusal, reason: string): Refused {
  return { kind: 'refused', refusal, reason };
}

/** The ids that instances may have; none for automatic scaling, whose instances are anonymous. */
export function slotsOf(settings: ScalingSettings): readonly string[] {
  if (settings.type === 'automatic') return [];
  const count = settings.type === 'manual' ? settings.instances : settings.maxInstances;
  return Array.from({ length: count }, (_, slot) => String(slot));
}

function instanceRefusal(id: string, { settings, instances }: AdmissionState): Refused | undefined {
  if (settings.type === 'automatic')
    return refused('unknown-instance', 'instances of automatic scaling have no address');
  if (!slotsOf(settings).includes(id)) return refused('unknown-instance', `there is no instance ${id}`);
  const instance = instances.find((candidate) => candidate.id === id);
  if (instance === undefined || isUsable(instance.phase)) return undefined;
  return refused('shutting-down', `instance ${id} is being shut down`);
}
