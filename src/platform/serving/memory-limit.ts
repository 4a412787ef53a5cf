/** How much memory an instance may use: the instance class, by generation of the runtime (S3; App Engine docs for the second). */
import { instanceClass, SECOND_GENERATION_MEMORY_FACTOR } from '../../model/instance-class.ts';
import { runtimeGeneration, type VersionSpec } from '../../model/version-spec.ts';

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
  const mebibytes = runtimeGeneration(spec.runtime) === 1 ? base : base * SECOND_GENERATION_MEMORY_FACTOR;
  return limit(mebibytes, found?.name ?? spec.instanceClass);
}

/** The reason to end an instance; undefined while it keeps to its limit. */
export function memoryProblem(memory: MemoryLimit, usedBytes: number): string | undefined {
  if (usedBytes <= memory.bytes) return undefined;
  return `${memoryExceeded(memory)}: ${Math.round(usedBytes / MEBIBYTE)} MB`;
}

/** The reason when the kernel ended it at once; by how much is not known then. */
export function memoryExceeded(memory: MemoryLimit): string {
  return `exceeded the memory limit of ${memory.label}`;
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
