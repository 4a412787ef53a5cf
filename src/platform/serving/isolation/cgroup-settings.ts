/** What is written into a control group's files for an instance's limits. Pure. */
import type { CgroupPlace, Controller } from './cgroup-places.ts';

export interface GroupLimits {
  /** Beyond it the kernel kills. */
  readonly memoryBytes: number;
  /** Relative to other instances: 100 is a whole share. */
  readonly cpuWeight: number;
  /** Processes and threads. */
  readonly processes: number;
}

export interface Setting {
  readonly file: string;
  readonly value: string;
  /** Not every kernel has it, and the limit holds without it. */
  readonly isOptional?: boolean;
}

export function groupSettings(
  version: CgroupPlace['version'],
  controllers: readonly Controller[],
  limits: GroupLimits,
): readonly Setting[] {
  return controllers.flatMap((controller) => (version === 1 ? settingsV1 : settingsV2)(controller, limits));
}

/** The same scale: a whole share is 1024 in version 1, and 100 in version 2. */
const SHARES_A_WEIGHT = 10.24;

function settingsV1(controller: Controller, { memoryBytes, cpuWeight, processes }: GroupLimits): readonly Setting[] {
  switch (controller) {
    case 'memory':
      return [
        { file: 'memory.limit_in_bytes', value: String(memoryBytes) },
        // Memory and swap together: the same number means no swap.
        { file: 'memory.memsw.limit_in_bytes', value: String(memoryBytes), isOptional: true },
      ];
    case 'cpu':
      return [{ file: 'cpu.shares', value: String(Math.max(2, Math.round(cpuWeight * SHARES_A_WEIGHT))) }];
    case 'pids':
      return [{ file: 'pids.max', value: String(processes) }];
  }
}

function settingsV2(controller: Controller, { memoryBytes, cpuWeight, processes }: GroupLimits): readonly Setting[] {
  switch (controller) {
    case 'memory':
      return [
        { file: 'memory.max', value: String(memoryBytes) },
        { file: 'memory.swap.max', value: '0', isOptional: true },
        // All of an instance or nothing: half an instance is of no use.
        { file: 'memory.oom.group', value: '1', isOptional: true },
      ];
    case 'cpu':
      return [{ file: 'cpu.weight', value: String(Math.min(10_000, Math.max(1, Math.round(cpuWeight)))) }];
    case 'pids':
      return [{ file: 'pids.max', value: String(processes) }];
  }
}

/** How often the kernel killed for want of memory: `memory.oom_control` or `memory.events`. */
export function outOfMemoryKills(text: string): number {
  return Number(/^oom_kill (\d+)$/m.exec(text)?.[1] ?? 0);
}
