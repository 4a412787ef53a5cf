/** Waits for somebody else's lock on the application, as long as the user said. */
import { failure } from '../errors.ts';
import type { Application } from '../model/application.ts';
import type { ApplicationLock } from '../model/lock.ts';
import type { DeployContext } from './deploy-context.ts';

const LOOK_AGAIN_MS = 1000;

/**
 * Resolves when nobody else holds a lock.
 * @param waitMs undefined: does not wait
 * @throws AppcfgError `application.locked` when it is held for longer; nothing was changed
 */
export async function waitForLock(
  application: Application | undefined,
  context: DeployContext,
  waitMs = 0,
): Promise<void> {
  const { backend, clock, reporter, signal } = context;
  const untilMs = clock.monotonicMs() + waitMs;
  let announced: string | undefined;
  for (let current = application; ; ) {
    const lock = current && othersLock(current, context);
    if (!current || !lock) return;
    const leftMs = untilMs - clock.monotonicMs();
    if (leftMs <= 0) throw failure('application.locked', { application: current.id, ...lock });
    if (announced !== lock.id) {
      announced = lock.id;
      const message = `Waiting for the lock of ${lock.holder}, who holds it since ${lock.since}: ${lock.reason}.`;
      reporter.event({ type: 'note', message });
    }
    await clock.sleep(Math.min(LOOK_AGAIN_MS, leftMs), signal);
    current = await backend.describe(current.id, { signal });
  }
}

function othersLock({ lock }: Application, { backend }: DeployContext): ApplicationLock | undefined {
  return lock === undefined || lock.id === backend.lock?.held ? undefined : lock;
}
