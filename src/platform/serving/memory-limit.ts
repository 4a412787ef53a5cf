/** How much memory an instance may use: the instance class, by generation of the runtime (S3; App Engine docs for the second). */
import { instanceClass } from '../../model/instance-class.ts';
import { runtimeGeneration, type VersionSpec } from '../../model/version-spec.ts';

/** The second generation counts three times the first one's table since 2022. */
const SECOND_GENERATION_FACTOR = 3;
/** What a flexible instance gets when its file names no memory. */
const FLEXIBLE_DEFAULT_MIB = 1024;

const MEBIBYTE = 1024 * 1024;

export interface MemoryLimit {
  readonly mebibytes: number;
  readonly bytes: number;
  /** `B2 (256 MB)` */
  readonly label: string;
}

export function memoryLimit(spec: VersionSpec): MemoryLimit {
  if (spec.environment === 'flexible') {
    const mebibytes = flexibleMemory(spec) ?? FLEXIBLE_DEFAULT_MIB;
    return limit(mebibytes, 'its resources');
  }
  const found = instanceClass(spec.instanceClass);
  const base = found?.memoryMiB ?? 128;
  const mebibytes = runtimeGeneration(spec.runtime) === 1 ? base : base * SECOND_GENERATION_FACTOR;
  return limit(mebibytes, found?.name ?? spec.instanceClass);
}

/** The reason to end an instance; undefined while it keeps to its limit. */
export function memoryProblem(memory: MemoryLimit, usedBytes: number): string | undefined {
  if (usedBytes <= memory.bytes) return undefined;
  return `exceeded the memory limit of ${memory.label}: ${Math.round(usedBytes / MEBIBYTE)} MB`;
}

function limit(mebibytes: number, name: string): MemoryLimit {
  return { mebibytes, bytes: mebibytes * MEBIBYTE, label: `${name} (${mebibytes} MB)` };
}

function flexibleMemory(spec: VersionSpec): number | undefined {
  const resources = spec.other?.resources;
  if (resources === null || typeof resources !== 'object' || !('memory_gb' in resources)) return undefined;
  const gigabytes = Number(resources.memory_gb);
  return gigabytes > 0 ? Math.round(gigabytes * 1024) : undefined;
}
