/** Locks on applications: who holds one, taking one, keeping it alive, letting it go. */
import { requireRole } from '../backend/require-role.ts';
import { isAppcfgError } from '../errors.ts';
import { type ApplicationLock, HEARTBEAT_LOCK_MS } from '../model/lock.ts';
import type { Operation } from '../model/operation.ts';
import { describeApplication } from './describe-application.ts';
import type { OperateContext } from './operate-context.ts';

export interface LockStatus {
  readonly application: string;
  /** null: nobody holds one. */
  readonly lock: ApplicationLock | null;
  /** Changes that are going on: each holds the application until it is done, and none longer. */
  readonly running: readonly Operation[];
}

/** @throws AppcfgError `application.not-found`, `backend.unsupported` */
export async function lockStatus(context: OperateContext, application: string): Promise<LockStatus> {
  requireRole(context.backend, 'lock');
  const { lock = null } = await describeApplication(context, application);
  const operations = await context.backend.operations.list(application, { signal: context.signal });
  return { application, lock, running: operations.filter(({ state }) => state === 'pending') };
}

/** Takes one that stands for a time, whoever lives. @throws AppcfgError `application.locked` */
export function takeLock(
  context: OperateContext,
  application: string,
  wish: { readonly reason: string; readonly ttlMs: number },
): Promise<ApplicationLock> {
  const { backend, signal } = context;
  return requireRole(backend, 'lock').acquire(application, { ...wish, isRenewed: false }, { signal });
}

/**
 * Takes one and keeps it until the signal aborts, which lets go of it. When this process dies nobody renews it, and it is
 * gone within half a minute.
 * @throws AppcfgError `application.locked`, `lock.lost` when somebody else released it
 */
export async function holdLock(
  context: OperateContext,
  application: string,
  { reason, onHeld }: { readonly reason: string; readonly onHeld: (lock: ApplicationLock) => void },
): Promise<ApplicationLock> {
  const { backend, clock, signal } = context;
  const role = requireRole(backend, 'lock');
  const wish = { reason, ttlMs: HEARTBEAT_LOCK_MS, isRenewed: true };
  const lock = await role.acquire(application, wish, { signal });
  onHeld(lock);
  try {
    for (;;) {
      await clock.sleep(HEARTBEAT_LOCK_MS / 3, signal);
      await role.renew(application, lock.id, { signal });
    }
  } catch (error) {
    if (!signal.aborted) throw error;
    // The signal has aborted, so it must not stop this.
    await role.release(application, lock.id).catch(ignoreLost);
    return lock;
  }
}

/** Lets go of the lock that was seen: one that was taken since stays. @throws AppcfgError `lock.lost` */
export async function releaseLock(
  { backend, signal }: OperateContext,
  application: string,
  lock: ApplicationLock,
): Promise<void> {
  await requireRole(backend, 'lock').release(application, lock.id, { signal });
}

function ignoreLost(error: unknown): void {
  if (!isAppcfgError(error) || error.code !== 'lock.lost') throw error;
}
