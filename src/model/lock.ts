/** A lock on an application: whoever does not hold it changes nothing. It is a lease, so none outlives its holder. */

export interface ApplicationLock {
  readonly id: string;
  /** Who took it, for people. */
  readonly holder: string;
  readonly reason: string;
  /** RFC 3339, UTC. */
  readonly since: string;
  /** When it is gone unless it is renewed before. RFC 3339, UTC. */
  readonly expiresAt: string;
  /** Its holder renews it for as long as it lives; else it stands until its end. */
  readonly isRenewed: boolean;
}

export interface LockWish {
  readonly reason: string;
  /** From the last renewal. */
  readonly ttlMs: number;
  readonly isRenewed: boolean;
}

/** No lock is asked for longer at once. */
export const LONGEST_LOCK_MS = 24 * 60 * 60 * 1000;
/** What a holder that is watched by its heartbeat asks for; it renews three times as often. */
export const HEARTBEAT_LOCK_MS = 30_000;
