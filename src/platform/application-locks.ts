/** Locks on applications: durable leases, whose time is told by a clock that never jumps. */
import { randomUUID } from 'node:crypto';
import { failure } from '../errors.ts';
import type { ApplicationLock, LockWish } from '../model/lock.ts';
import type { Clock } from '../support/clock.ts';
import type { ApiResources } from './api-resources.ts';

interface StoredLock extends LockWish {
  readonly id: string;
  readonly holder: string;
  readonly since: string;
  /** Milliseconds since the epoch. */
  readonly expiresAtMs: number;
}

interface Lease {
  readonly lock: StoredLock;
  /** On the monotonic clock. */
  readonly untilMs: number;
}

/** Given to `check` by what is no change of a person: code of the application itself. */
export const NO_LOCK_NEEDED = Symbol('no lock needed');
export type LockProof = string | typeof NO_LOCK_NEEDED | undefined;

export class ApplicationLocks {
  readonly #resources: ApiResources;
  readonly #clock: Clock;
  readonly #leases = new Map<string, Lease>();

  constructor(resources: ApiResources, clock: Clock) {
    this.#resources = resources;
    this.#clock = clock;
    for (const { application, value } of resources.list<StoredLock>('lock')) {
      this.#leases.set(application, { lock: value, untilMs: clock.monotonicMs() + this.#left(value) });
    }
  }

  of(application: string): ApplicationLock | undefined {
    const lease = this.#leases.get(application);
    if (!lease) return undefined;
    if (lease.untilMs > this.#clock.monotonicMs()) return this.#shown(lease);
    this.#drop(application);
    return undefined;
  }

  /** Durable on return. @throws AppcfgError `application.locked` */
  acquire(application: string, wish: LockWish & { readonly holder: string }): ApplicationLock {
    this.check(application, undefined);
    const now = this.#clock.now();
    const since = new Date(now).toISOString();
    const lock: StoredLock = { ...wish, id: randomUUID(), since, expiresAtMs: now + wish.ttlMs };
    this.#resources.put({ application, kind: 'lock', id: '' }, lock);
    return this.#lease(application, lock);
  }

  /** Another whole time from now. @throws AppcfgError `lock.lost` */
  renew(application: string, id: string): ApplicationLock {
    const lease = this.of(application) && this.#leases.get(application);
    if (lease?.lock.id !== id) throw failure('lock.lost', { application });
    return this.#lease(application, { ...lease.lock, expiresAtMs: this.#clock.now() + lease.lock.ttlMs });
  }

  /** Whoever lets go names the lock that was seen: another one, taken since, stays. @throws AppcfgError `lock.lost` */
  release(application: string, id: string): void {
    if (this.of(application)?.id !== id) throw failure('lock.lost', { application });
    this.#drop(application);
  }

  /** @throws AppcfgError `application.locked` when somebody else holds a lock */
  check(application: string, proof: LockProof): void {
    if (proof === NO_LOCK_NEEDED) return;
    const lock = this.of(application);
    if (lock && lock.id !== proof) throw failure('application.locked', { application, ...lock });
  }

  #lease(application: string, lock: StoredLock): ApplicationLock {
    const lease: Lease = { lock, untilMs: this.#clock.monotonicMs() + lock.ttlMs };
    this.#leases.set(application, lease);
    return this.#shown(lease);
  }

  #shown({ lock, untilMs }: Lease): ApplicationLock {
    const { id, holder, reason, since, isRenewed } = lock;
    const expiresAt = new Date(this.#clock.now() + untilMs - this.#clock.monotonicMs()).toISOString();
    return { id, holder, reason, since, expiresAt, isRenewed };
  }

  #drop(application: string): void {
    this.#leases.delete(application);
    this.#resources.delete({ application, kind: 'lock', id: '' });
  }

  /**
   * After a restart: a renewed one has its time again, in which its holder comes back or not; never more than was
   * asked for, wherever the wall clock went meanwhile.
   */
  #left({ ttlMs, isRenewed, expiresAtMs }: StoredLock): number {
    return isRenewed ? ttlMs : Math.min(ttlMs, Math.max(0, expiresAtMs - this.#clock.now()));
  }
}
