/** What the kernel holds an instance to. Pure. */
import type { VersionSpec } from '../../../model/version-spec.ts';
import { cpuWeight } from '../cpu-weight.ts';
import type { MemoryLimit } from '../memory-limit.ts';
import type { GroupLimits } from './cgroup-settings.ts';

const MEBIBYTE = 1024 * 1024;
/** Room above the limit of its class, in which the platform notices and ends it by the documented steps. */
const LEAST_ROOM = 32 * MEBIBYTE;
const ROOM_SHARE = 0.25;

/** Processes and threads; a Java server with a thread for each request needs some hundred. */
export const PROCESS_LIMIT = 1024;

export function instanceLimits(spec: VersionSpec, memory: MemoryLimit, processes = PROCESS_LIMIT): GroupLimits {
  const room = Math.max(LEAST_ROOM, Math.round(memory.bytes * ROOM_SHARE));
  return { memoryBytes: memory.bytes + room, cpuWeight: cpuWeight(spec), processes };
}
