/** What comes after an instance's port is open, by scaling type (S3: start requests; App Engine docs: warm-up requests). */
import type { VersionSpec } from '../../model/version-spec.ts';

/** `standby`: the start request waits for the first user request. */
export type FirstStep = 'ready' | 'start' | 'warmup' | 'standby';

export function firstStep(spec: Pick<VersionSpec, 'scaling' | 'inboundServices'>, isAheadOfDemand: boolean): FirstStep {
  switch (spec.scaling.type) {
    case 'manual':
      return 'start';
    case 'basic':
      return isAheadOfDemand ? 'standby' : 'start';
    case 'automatic':
      return isAheadOfDemand && spec.inboundServices.includes('warmup') ? 'warmup' : 'ready';
  }
}
