/** What the pool and the scalers know of an instance, whatever runs it. */
import type { InstanceSummary } from '../../model/instance.ts';
import type { EndCause, InstancePhase } from './instance-machine.ts';
import type { RunningInstance } from './running-instance.ts';
import type { Claim, RequestOutcome } from './version-pool.ts';

export interface ManagedInstance {
  readonly id: string;
  readonly phase: InstancePhase;
  readonly inFlight: number;
  /** Of those in flight: connections that last. */
  readonly lasting: number;
  /** Monotonic; undefined while busy. */
  readonly idleSinceMs: number | undefined;
  /** Share of one processor core, lately; undefined when not known yet. */
  readonly cpuUtilization: number | undefined;
  /** Since when its port accepts connections and its readiness check, if it has one, succeeded; monotonic. */
  readonly upSinceMs: number | undefined;
  /** It answered its start request, or needs none. */
  readonly hasBeenReady: boolean;
  /** The last lines it printed. */
  readonly lastOutput: readonly string[];
  /** For its own code. */
  readonly inside: RunningInstance;
  launch(): void;
  /** Basic scaling: the first request has come, so the start request is sent. */
  demand(): void;
  stop(request: StopRequest): void;
  /** Counts a request in flight. Only while ready. */
  claim(pendingMs: number): Claim;
  summary(restarts: number): InstanceSummary;
}

export interface StopRequest extends EndCause {
  /** Straight to SIGTERM: without the shutdown hook and without waiting for requests. */
  readonly isUrgent?: boolean;
  /** Default: the engine's grace period. */
  readonly graceMs?: number;
}

export interface InstanceRequest {
  readonly id: string;
  /** Started before anybody waits for it: an automatic instance is warmed up, a basic one stands by. */
  readonly isAheadOfDemand: boolean;
  /** After every change of phase. */
  readonly onPhase: (instance: ManagedInstance) => void;
  readonly onRelease: (instance: ManagedInstance, outcome: RequestOutcome) => void;
  /** A request found it idle. */
  readonly onBusy?: () => void;
  /** A request became a connection that lasts. */
  readonly onLasting: () => void;
  /** After each reading of memory and processor time. */
  readonly onUsage: (instance: ManagedInstance) => void;
  /** A line that it printed, or that is said about its start. */
  readonly onOutput: (line: string) => void;
}

export type InstanceFactory = (request: InstanceRequest) => ManagedInstance;
