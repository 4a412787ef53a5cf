/** Asks for a release and follows it, forwarding what the backend reports. */
import { followChange } from '../backend/follow-change.ts';
import type { Operation } from '../model/operation.ts';
import type { ReleaseRequest } from '../model/release.ts';
import type { DeployContext } from './deploy-context.ts';

/** @throws AppcfgError `interrupted`, `backend.connection-lost`, or the release's own failure */
export function commitRelease(request: ReleaseRequest, context: DeployContext): Promise<Operation> {
  const { backend, reporter } = context;
  return followChange(context, {
    application: request.application,
    what: 'the release was going live',
    start: (watch) =>
      backend.releases.commit(request, {
        ...watch,
        requestId: request.requestId,
        onEvent: (event) => reporter.event({ type: 'operation', event }),
      }),
  });
}
