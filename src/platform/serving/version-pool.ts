/** What the router sees of a deployment's instances: claim one, use it, release it. */

export interface ClaimOptions {
  /** A certain instance, from an `INSTANCE.VERSION.MODULE` host. */
  readonly instance?: string;
  /** Prefer this instance while it is healthy (session affinity). */
  readonly preferred?: string;
  /** Task and cron requests wait behind ordinary ones. */
  readonly isTask?: boolean;
  /** Aborts the wait for an instance when the client goes away. */
  readonly signal?: AbortSignal;
}

/** Why no instance could be had. The router maps it to a status (runtime.md 3.1, 3.2, 11). */
export type ClaimRefusal =
  | 'unknown-instance'
  | 'stopped'
  | 'shutting-down'
  | 'over-quota'
  | 'pending-timeout'
  | 'start-failed'
  | 'aborted';

export interface RequestOutcome {
  readonly status: number;
  /** Milliseconds from claim to the last byte. */
  readonly latencyMs: number;
  /** The connection to the instance broke. */
  readonly isInstanceFailure?: boolean;
  /** Its deadline passed, and the code that answers it did not end by itself: the instance has to. */
  readonly isOverdue?: boolean;
}

export interface Claim {
  readonly kind: 'claim';
  readonly instance: string;
  readonly host: string;
  readonly port: number;
  /** Milliseconds the request waited for an instance. */
  readonly pendingMs: number;
  /** First request to a new automatic instance. */
  readonly isLoadingRequest: boolean;
  /**
   * The request became a connection that lasts (a WebSocket): it remains work of the instance, but takes none of the
   * places of requests where nothing documented limits it.
   */
  becomeLasting?(): void;
  /** Must be called exactly once. */
  release(outcome: RequestOutcome): void;
  /** Aborts when the instance is killed or its grace period is over: cut what is still running. */
  readonly signal: AbortSignal;
}

export interface Refused {
  readonly kind: 'refused';
  readonly refusal: ClaimRefusal;
  /** For the log: the last start error, `10 s without an instance` ... */
  readonly reason: string;
}

export interface VersionPool {
  /** Requests that wait for an instance. */
  readonly waitingCount?: number;
  /**
   * Chooses an instance and counts the request in flight in one step. Answers synchronously when an instance is
   * ready; otherwise a promise for the moment one is (or the pending limit is over).
   */
  claim(options: ClaimOptions): Claim | Refused | Promise<Claim | Refused>;
}
