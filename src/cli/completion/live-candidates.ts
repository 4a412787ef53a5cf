/** Asks a backend for names while somebody types: quickly or not at all, and without starting anything. */
import type { OperateContext } from '../../operate/operate-context.ts';
import type { Session } from '../session.ts';

/** A person waits for the answer in the middle of a word. */
const PATIENCE_MS = 1500;

/** Empty where no platform runs, or it does not answer in time. */
export async function askRunningPlatform<T>(
  session: Session,
  ask: (context: Omit<OperateContext, 'reporter'>) => Promise<readonly T[]>,
): Promise<readonly T[]> {
  const patience = new AbortController();
  const stopWaiting = session.clock.after(PATIENCE_MS, () => patience.abort(), { isBackground: true });
  try {
    const isRemote = Boolean(session.configuration().server?.value);
    if (!isRemote && (await (await session.localPlatform()).find()) === undefined) return [];
    const { backend, clock } = await session.context();
    return await ask({ backend, clock, signal: AbortSignal.any([session.signal, patience.signal]) });
  } catch {
    // A completion that fails is one that offers nothing.
    return [];
  } finally {
    stopWaiting();
  }
}
