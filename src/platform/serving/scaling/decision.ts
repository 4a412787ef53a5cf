/** What a scaler sees and what it answers. Times are monotonic milliseconds. */

export interface InstanceSnapshot {
  readonly id: string;
  /** `starting` until it may take requests; `standby` is basic scaling's instance without its start request. */
  readonly state: 'starting' | 'standby' | 'ready' | 'stopping';
  readonly inFlight: number;
  /** Since when it has nothing to do; undefined while busy or not ready. */
  readonly idleSinceMs?: number;
  /** Share of one processor core, lately. */
  readonly cpuUtilization?: number;
}

export interface WaitingRequest {
  readonly sinceMs: number;
  /** It wants this instance and no other. */
  readonly instance?: string;
}

export interface ScalingSnapshot {
  readonly instances: readonly InstanceSnapshot[];
  /** Oldest first. */
  readonly waiting: readonly WaitingRequest[];
  /** Of the last requests; undefined before the first one ended. */
  readonly averageLatencyMs?: number;
  /** Slots that failed must not be started before this moment. */
  readonly slotNotBeforeMs: ReadonlyMap<string, number>;
  /** The same for a version whose instances have no slots. */
  readonly notBeforeMs: number;
}

export interface StartOrder {
  /** The slot; absent for automatic scaling, whose instances are anonymous. */
  readonly id?: string;
  /** Nobody waits for it. */
  readonly isAheadOfDemand: boolean;
  readonly reason: string;
}

export interface ScalingDecision {
  readonly start: readonly StartOrder[];
  readonly stop: readonly { readonly id: string; readonly reason: string }[];
  /** Instances on standby that are needed now. */
  readonly demand: readonly string[];
  /** When time alone may change the decision. */
  readonly recheckAtMs?: number;
}

/** The earliest of the moments after now; undefined when there is none. */
export function earliestAfter(nowMs: number, moments: Iterable<number | undefined>): number | undefined {
  let earliest: number | undefined;
  for (const moment of moments) {
    if (moment !== undefined && moment > nowMs && (earliest === undefined || moment < earliest)) earliest = moment;
  }
  return earliest;
}

export function recheckAt(moment: number | undefined): { readonly recheckAtMs?: number } {
  return moment === undefined ? {} : { recheckAtMs: moment };
}
