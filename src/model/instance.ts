/** A running copy of a version, as `instances list` shows it. */

import type { EgressMode } from './egress.ts';
import type { IsolationLevel } from './isolation.ts';

export type InstanceState = 'spawning' | 'starting' | 'ready' | 'stopping' | 'failed';

export interface InstanceSummary {
  readonly application: string;
  readonly module: string;
  readonly version: string;
  /** `0` to `n-1` for manual and basic scaling, an opaque hex string for automatic. */
  readonly id: string;
  readonly state: InstanceState;
  /** Why it is in that state, for people. */
  readonly reason: string;
  readonly pid?: number;
  /** RFC 3339, UTC. */
  readonly startedAt?: string;
  readonly requests: number;
  readonly errors: number;
  readonly requestsInFlight: number;
  /** Milliseconds. */
  readonly averageLatencyMs: number;
  readonly memoryBytes?: number;
  readonly cpuSeconds?: number;
  /** Share of one processor core, lately; more than 1 on several cores. */
  readonly cpuUtilization?: number;
  readonly restarts: number;
  /** How far its processes are kept from the machine; absent where nothing runs, or the backend does not say. */
  readonly isolation?: IsolationLevel;
  /** What keeps its sockets to the rules; absent where nothing runs, or the backend does not say. */
  readonly egress?: EgressMode;
}
