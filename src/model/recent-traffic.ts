/** What versions were asked lately: how much, how fast, how well. */

export interface VersionTraffic {
  readonly module: string;
  readonly version: string;
  /** Ended in the window. */
  readonly requests: number;
  /** Of these, answered with status 500 or above. */
  readonly errors: number;
  readonly requestsPerSecond: number;
  /** Milliseconds, to within five per cent; absent when nothing was asked. */
  readonly latencyP50Ms?: number;
  readonly latencyP95Ms?: number;
}

export interface RecentTraffic {
  readonly windowMs: number;
  /** Versions that were asked at least once. */
  readonly versions: readonly VersionTraffic[];
}

/** The widest window that is kept. */
export const RECENT_TRAFFIC_MS = 60_000;
