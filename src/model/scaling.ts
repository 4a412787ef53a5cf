/** How a version's instances come and go (S3 "Scaling types and instance classes"). */

/** Latencies and timeouts in milliseconds; `undefined` where the platform decides ("automatic"). */
export interface AutomaticScaling {
  readonly type: 'automatic';
  readonly minIdleInstances?: number;
  readonly maxIdleInstances?: number;
  readonly minPendingLatencyMs?: number;
  readonly maxPendingLatencyMs?: number;
  readonly maxConcurrentRequests?: number;
  readonly minInstances?: number;
  readonly maxInstances?: number;
  /** 0.5 to 0.95 */
  readonly targetCpuUtilization?: number;
  /** 0.5 to 0.95 */
  readonly targetThroughputUtilization?: number;
  /** The flexible environment's own settings, as written, for backends that honour them. */
  readonly flexible?: Readonly<Record<string, unknown>>;
}

export interface BasicScaling {
  readonly type: 'basic';
  readonly maxInstances: number;
  readonly idleTimeoutMs: number;
}

export interface ManualScaling {
  readonly type: 'manual';
  readonly instances: number;
}

export type Scaling = AutomaticScaling | BasicScaling | ManualScaling;
export type ScalingType = Scaling['type'];

export const DEFAULT_IDLE_TIMEOUT_MS = 5 * 60_000;
