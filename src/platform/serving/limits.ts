/** The engine's time limits and capacities, with the documented defaults. */

export interface EngineLimits {
  /** From launch until `$PORT` accepts a connection. */
  readonly startTimeoutMs: number;
  /** How long a process that listens on another port may go on doing so before it is called a failure. */
  readonly wrongPortGraceMs: number;
  /** A manual instance whose `/_ah/start` runs for hours counts as started after this long (S3: it may never return). */
  readonly startAcceptedMs: number;
  /** First generation's deadline for a warm-up request. */
  readonly warmupTimeoutMs: number;
  /** How long a request may wait for an instance. */
  readonly pendingLimitMs: number;
  /** How many requests may wait for an instance of one version. */
  readonly pendingCapacity: number;
  /** What requests and shutdown hooks get before SIGTERM (S3: 30 seconds). */
  readonly graceMs: number;
  /** From SIGTERM to SIGKILL (App Engine docs: 2 seconds). */
  readonly killDelayMs: number;
  /** Between two readings of memory and processor time. */
  readonly sampleIntervalMs: number;
  /** An automatic instance without requests goes after this long (App Engine docs: about 15 minutes). */
  readonly automaticIdleMs: number;
  /** Idle instances above max_idle_instances go after this long. */
  readonly excessIdleMs: number;
  /** Automatic scaling without max_instances (App Engine docs: 20). */
  readonly maxAutomaticInstances: number;
  /** The longest pause between two starts of something that keeps failing. */
  readonly restartMaxDelayMs: number;
  /** An instance that was up this long is healthy: its next failure is a first one again. */
  readonly restartResetMs: number;
}

export const defaultLimits: EngineLimits = {
  startTimeoutMs: 60_000,
  wrongPortGraceMs: 10_000,
  startAcceptedMs: 3_000,
  warmupTimeoutMs: 60_000,
  pendingLimitMs: 10_000,
  pendingCapacity: 1_000,
  graceMs: 30_000,
  killDelayMs: 2_000,
  sampleIntervalMs: 2_000,
  automaticIdleMs: 15 * 60_000,
  excessIdleMs: 60_000,
  maxAutomaticInstances: 20,
  restartMaxDelayMs: 60_000,
  restartResetMs: 60_000,
};
