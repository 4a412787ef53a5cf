/** An instance's share of a busy processor: the instance class' speed (S3), or the processors that a flexible version asks for. */
import { instanceClass } from '../../model/instance-class.ts';
import type { VersionSpec } from '../../model/version-spec.ts';

/** Class F4 or B4, or one processor of a flexible version. */
const WHOLE_SHARE = 100;
const WHOLE_SHARE_MHZ = 2400;

/** A relative number: 100 is a whole share. An instance takes more while nobody else wants it. */
export function cpuWeight(spec: VersionSpec): number {
  if (spec.environment === 'flexible') return WHOLE_SHARE * (flexibleProcessors(spec) ?? 1);
  const speed = instanceClass(spec.instanceClass)?.cpuMHz ?? WHOLE_SHARE_MHZ;
  return Math.round((WHOLE_SHARE * speed) / WHOLE_SHARE_MHZ);
}

function flexibleProcessors(spec: VersionSpec): number | undefined {
  const resources = spec.other?.resources;
  if (resources === null || typeof resources !== 'object' || !('cpu' in resources)) return undefined;
  const processors = Number(resources.cpu);
  return processors > 0 ? processors : undefined;
}
