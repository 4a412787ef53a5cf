/** Follows a change on a backend; an interrupt waits just long enough to know whether the backend took it on. */
import { type AppcfgError, failure, isAppcfgError, messageOf } from '../errors.ts';
import type { Operation } from '../model/operation.ts';
import type { Clock } from '../support/clock.ts';
import type { WatchOptions } from './call-options.ts';

/** How long an interrupted command waits for the backend to say whether it has the request. */
export const ACCEPTANCE_GRACE_MS = 3000;

export interface FollowContext {
  readonly signal: AbortSignal;
  readonly clock: Clock;
}

export interface FollowedChange<T = unknown> {
  readonly application: string;
  /** For people, the end of "while ...": `the release was going live`. */
  readonly what: string;
  readonly start: (options: Required<Pick<WatchOptions, 'signal' | 'onAccepted'>>) => Promise<T>;
}

/**
 * @throws AppcfgError `interrupted` and `backend.connection-lost`, both with the operation that goes on when there
 * is one, or what the change failed with
 */
export async function followChange<T>(context: FollowContext, change: FollowedChange<T>): Promise<T> {
  if (context.signal.aborted) throw failure('interrupted', { where: `before ${change.what}; nothing was changed` });
  let accepted: Operation | undefined;
  const patience = watchInterrupt(context);
  try {
    return await change.start({
      signal: patience.signal,
      onAccepted: (operation) => {
        accepted = operation;
        patience.accept();
      },
    });
  } catch (error) {
    const isLost = !isAppcfgError(error) || error.code === 'backend.unreachable' || error.code === 'interrupted';
    // A refusal that came before the interrupt took effect says itself where things stand.
    if (!isLost) throw error;
    if (context.signal.aborted) throw interrupted(change, accepted, error);
    throw accepted === undefined ? error : connectionLost(change, accepted, error);
  } finally {
    patience.end();
  }
}

/** A signal that follows the user's, but not before the backend accepted or had time to. */
function watchInterrupt({ signal, clock }: FollowContext) {
  const impatience = new AbortController();
  let isAccepted = false;
  let cancelTimer: (() => void) | undefined;
  const giveUp = () => impatience.abort(signal.reason);
  const onInterrupt = () => {
    if (isAccepted) giveUp();
    else cancelTimer = clock.after(ACCEPTANCE_GRACE_MS, giveUp);
  };
  signal.addEventListener('abort', onInterrupt, { once: true });
  return {
    signal: impatience.signal,
    accept() {
      isAccepted = true;
      if (signal.aborted) giveUp();
    },
    end() {
      cancelTimer?.();
      signal.removeEventListener('abort', onInterrupt);
    },
  };
}

function interrupted(change: FollowedChange, operation: Operation | undefined, cause: unknown): AppcfgError {
  const { application, what } = change;
  if (operation) {
    const where = `while ${what}; the backend goes on with it without this command, whole or not at all`;
    const next = `See how it ends: appcfg operations wait ${operation.id} -A ${application}`;
    return failure('interrupted', { where, next }, { cause });
  }
  const where = `while ${what}; the backend did not say whether it took it on, but it is done whole or not at all`;
  return failure('interrupted', { where, next: `See what is live: appcfg status -A ${application}` }, { cause });
}

function connectionLost({ application, what }: FollowedChange, { id }: Operation, error: unknown): AppcfgError {
  return failure(
    'backend.connection-lost',
    { application, what, operation: id, reason: messageOf(error) },
    { cause: error },
  );
}
