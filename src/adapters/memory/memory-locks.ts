/** Locks of the memory backend. */
import type { LockRole } from '../../backend/operator-roles.ts';
import { failure } from '../../errors.ts';
import type { ApplicationLock, LockWish } from '../../model/lock.ts';
import type { Clock } from '../../support/clock.ts';

interface Lease {
  readonly lock: Omit<ApplicationLock, 'expiresAt'>;
  readonly ttlMs: number;
  /** Milliseconds since the epoch. */
  readonly untilMs: number;
}

export class MemoryLocks {
  readonly #clock: Clock;
  readonly #leases = new Map<string, Lease>();
  #count = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  of(application: string): ApplicationLock | undefined {
    const lease = this.#leases.get(application);
    if (lease && lease.untilMs > this.#clock.now()) {
      return { ...lease.lock, expiresAt: new Date(lease.untilMs).toISOString() };
    }
    this.#leases.delete(application);
    return undefined;
  }

  /** @throws AppcfgError `application.locked` */
  check(application: string, held: string | undefined): void {
    const lock = this.of(application);
    if (lock && lock.id !== held) throw failure('application.locked', { application, ...lock });
  }

  acquire(application: string, { reason, ttlMs, isRenewed }: LockWish, holder: string): ApplicationLock {
    this.check(application, undefined);
    this.#count += 1;
    const since = new Date(this.#clock.now()).toISOString();
    return this.#lease(application, { id: `lock-${this.#count}`, holder, reason, since, isRenewed }, ttlMs);
  }

  renew(application: string, id: string): ApplicationLock {
    const lease = this.of(application) && this.#leases.get(application);
    if (lease?.lock.id !== id) throw failure('lock.lost', { application });
    return this.#lease(application, lease.lock, lease.ttlMs);
  }

  release(application: string, id: string): void {
    if (this.of(application)?.id !== id) throw failure('lock.lost', { application });
    this.#leases.delete(application);
  }

  #lease(application: string, lock: Lease['lock'], ttlMs: number): ApplicationLock {
    const untilMs = this.#clock.now() + ttlMs;
    this.#leases.set(application, { lock, ttlMs, untilMs });
    return { ...lock, expiresAt: new Date(untilMs).toISOString() };
  }
}

/** @param requireKnown fails for an application that does not exist */
export function memoryLockRole(
  locks: MemoryLocks,
  requireKnown: (application: string) => unknown,
  { createdBy, held }: { readonly createdBy: string; readonly held: string | undefined },
): LockRole {
  return {
    held,
    acquire: async (application, wish) => {
      requireKnown(application);
      return locks.acquire(application, wish, createdBy);
    },
    renew: async (application, id) => locks.renew(application, id),
    release: async (application, id) => locks.release(application, id),
  };
}
