/** Asks for a release and follows it; an interrupt waits just long enough to know whether the backend took it on. */
import { failure, isAppcfgError, messageOf } from '../errors.ts';
import type { Operation } from '../model/operation.ts';
import type { ReleaseRequest } from '../model/release.ts';
import type { DeployContext } from './deploy-context.ts';

/** How long an interrupted deploy waits for the backend to say whether it has the request. */
export const ACCEPTANCE_GRACE_MS = 3000;

/**
 * @throws AppcfgError `interrupted`, `deploy.connection-lost` (both name the operation when there is one), or the
 * release's own failure
 */
export async function commitRelease(request: ReleaseRequest, context: DeployContext): Promise<Operation> {
  const { backend, reporter, signal } = context;
  let accepted: Operation | undefined;
  const patience = watchInterrupt(context);
  try {
    return await backend.releases.commit(request, {
      requestId: request.requestId,
      signal: patience.signal,
      onAccepted: (operation) => {
        accepted = operation;
        patience.accept();
      },
      onEvent: (event) => reporter.event({ type: 'operation', event }),
    });
  } catch (error) {
    if (signal.aborted) throw interrupted(request.application, accepted, error);
    if (accepted && isAppcfgError(error) && error.code === 'backend.unreachable') {
      const { application } = request;
      throw failure(
        'deploy.connection-lost',
        { application, operation: accepted.id, reason: messageOf(error) },
        { cause: error },
      );
    }
    throw error;
  } finally {
    patience.end();
  }
}

/** A signal that follows the user's, but not before the backend accepted or had time to. */
function watchInterrupt({ signal, clock }: DeployContext) {
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

function interrupted(application: string, operation: Operation | undefined, cause: unknown) {
  // A refusal came before the interrupt took effect: it says that nothing happened.
  if (isAppcfgError(cause) && cause.code !== 'backend.unreachable') return cause;
  if (operation) {
    const where =
      'while the release was going live; it goes on without this command, and becomes live whole or not at all';
    const next = `See how it ends: appcfg operations wait ${operation.id} -A ${application}`;
    return failure('interrupted', { where, next }, { cause });
  }
  const where = 'while asking for the release; the backend did not answer, so it is live whole or not at all';
  return failure('interrupted', { where, next: `See what is live: appcfg status -A ${application}` }, { cause });
}
