/** Submits a change and answers its operation: over already when it was quick, so that clients need not poll. */
import { type Application, findModule, findVersion } from '../../../model/application.ts';
import type { Operation } from '../../../model/operation.ts';
import {
  type ApiVersion,
  finishedOperation,
  type OperationView,
  operationResource,
} from '../../../protocol/admin/operation-resource.ts';
import { serviceResource } from '../../../protocol/admin/resources.ts';
import { versionResource } from '../../../protocol/admin/version-resource.ts';
import type { ChangeRequest } from '../../application-changes.ts';
import type { RouteRequest } from '../route-table.ts';
import type { AdminParts } from './admin-parts.ts';
import { applicationShown } from './application-shown.ts';
import { viewOf } from './lookup.ts';
import { apiOf, applicationOf, authorOf } from './request-facts.ts';

/** gcloud looks after one second and then every five; what is over within this time needs no look at all. */
const INLINE_WAIT_MS = 5000;
/** A deploy is worth waiting longer for: below the 30 seconds that Google's own server takes at the most. */
const RELEASE_WAIT_MS = 25_000;

/** @throws AppcfgError when the change names what does not exist */
export async function runChange(parts: AdminParts, request: RouteRequest, change: ChangeRequest): Promise<unknown> {
  const { id } = parts.changes.submit(change);
  const waitMs = change.kind === 'release' ? RELEASE_WAIT_MS : INLINE_WAIT_MS;
  return operationShown(parts, await parts.operations.finished(id, waitMs), apiOf(request));
}

export function operationShown(parts: AdminParts, operation: Operation, api: ApiVersion): unknown {
  return operationResource(operation, { api, ...responseOf(parts, operation) });
}

/** An operation that is done at once and that no journal needs. */
export function doneAtOnce(
  parts: AdminParts,
  request: RouteRequest,
  done: {
    readonly method: string;
    readonly target: string;
    readonly warnings?: readonly string[];
    readonly response?: OperationView['response'];
  },
): unknown {
  const { requestId, createdBy } = authorOf(request);
  const { response, ...facts } = done;
  return finishedOperation(
    {
      application: applicationOf(request),
      id: requestId,
      time: new Date(parts.clock.now()).toISOString(),
      user: createdBy,
      ...facts,
    },
    { api: apiOf(request), ...(response === undefined ? {} : { response }) },
  );
}

function responseOf(parts: AdminParts, operation: Operation): Pick<OperationView, 'response'> {
  if (operation.state !== 'done') return {};
  const record = parts.desired.application(operation.application);
  if (!record) return {};
  const application = viewOf(parts, operation.application);
  const response = resourceOf(parts, application, operation);
  return response === undefined ? {} : { response };
}

/** As it is now: what an operation made may have been changed or deleted since. */
function resourceOf(
  parts: AdminParts,
  application: Application,
  { kind, target }: Operation,
): OperationView['response'] {
  const module = findModule(application, target?.module ?? '');
  const version = findVersion(module, target?.version ?? '');
  switch (kind) {
    case 'delete':
    case 'delete-module':
      return undefined;
    case 'traffic':
    case 'ingress':
      return module && { type: 'Service', resource: serviceResource(application.id, module) };
    case 'start':
    case 'stop':
    case 'scale':
    case 'release':
      if (module && version) {
        return { type: 'Version', resource: versionResource(application.id, module, version, 'BASIC') };
      }
      return { type: 'Application', resource: applicationShown(parts, application) };
    case 'create':
    case 'rollback':
    case 'settings':
    case 'secrets':
      return { type: 'Application', resource: applicationShown(parts, application) };
  }
}
