/** Memory and processor time of an instance over the last ten minutes. */

export interface UsagePoint {
  /** Milliseconds since the epoch. */
  readonly timeMs: number;
  readonly memoryBytes: number;
  /** Cores in use since the point before: 0.5 is half of one. */
  readonly cpuCores: number;
}

export interface InstanceHistory {
  readonly module: string;
  readonly version: string;
  readonly id: string;
  /** What its instance class allows, bytes. */
  readonly memoryLimitBytes: number;
  /** In order of time, a few seconds apart. */
  readonly points: readonly UsagePoint[];
}
