/** Operations as the Admin API shows them. */
import type { Operation, OperationKind } from '../../model/operation.ts';
import type { ErrorBodyLike } from '../../model/operation-event.ts';

type Json = Readonly<Record<string, unknown>>;

/** Both are served; their type names differ. */
export type ApiVersion = 'v1' | 'v1beta';

export interface OperationView {
  readonly api: ApiVersion;
  /** What is there now that it is done: the resource and the name of its type. */
  readonly response?: {
    readonly type: 'Application' | 'Service' | 'Version' | 'DomainMapping';
    readonly resource: Json;
  };
}

const methods: Readonly<Record<OperationKind, string>> = {
  create: 'Applications.CreateApplication',
  release: 'Versions.CreateVersion',
  rollback: 'Applications.UpdateApplication',
  start: 'Versions.UpdateVersion',
  stop: 'Versions.UpdateVersion',
  scale: 'Versions.UpdateVersion',
  delete: 'Versions.DeleteVersion',
  'delete-module': 'Services.DeleteService',
  traffic: 'Services.UpdateService',
  ingress: 'Services.UpdateService',
  settings: 'Applications.UpdateApplication',
  secrets: 'Applications.UpdateApplication',
};

export function operationResource(operation: Operation, view: OperationView): Json {
  const warnings = operation.events.flatMap((event) => (event.type === 'warning' ? [event.message] : []));
  return {
    name: `apps/${operation.application}/operations/${operation.id}`,
    metadata: metadata(
      {
        method: methods[operation.kind],
        insertTime: operation.createdAt,
        ...(operation.finishedAt === undefined ? {} : { endTime: operation.finishedAt }),
        user: operation.createdBy,
        target: targetName(operation),
        ...(warnings.length > 0 ? { warning: warnings } : {}),
      },
      view.api,
    ),
    ...(operation.state === 'pending' ? {} : { done: true }),
    ...(operation.state === 'done' ? { response: responseOf(view) } : {}),
    ...(operation.state === 'failed' && operation.error ? { error: operationError(operation.error) } : {}),
  };
}

export interface FinishedOperation {
  readonly application: string;
  readonly id: string;
  /** `Instances.DeleteInstance` */
  readonly method: string;
  /** Below the application; empty for itself. */
  readonly target: string;
  /** RFC 3339, UTC. */
  readonly time: string;
  readonly user: string;
  readonly warnings?: readonly string[];
}

/** An operation that was over before it could be seen, and that no list shows. */
export function finishedOperation(done: FinishedOperation, view: OperationView): Json {
  const { application, id, method, time, user, warnings = [] } = done;
  return {
    name: `apps/${application}/operations/${id}`,
    metadata: metadata(
      {
        method,
        insertTime: time,
        endTime: time,
        user,
        target: [`apps/${application}`, done.target].filter(Boolean).join('/'),
        ...(warnings.length > 0 ? { warning: warnings } : {}),
      },
      view.api,
    ),
    done: true,
    response: responseOf(view),
  };
}

function metadata(fields: Json & { readonly method: string }, api: ApiVersion): Json {
  const type = api === 'v1' ? 'OperationMetadataV1' : 'OperationMetadataV1Beta';
  return {
    '@type': `type.googleapis.com/google.appengine.${api}.${type}`,
    ...fields,
    method: `google.appengine.${api}.${fields.method}`,
  };
}

function responseOf({ api, response }: OperationView): Json {
  if (!response) return { '@type': 'type.googleapis.com/google.protobuf.Empty' };
  return { '@type': `type.googleapis.com/google.appengine.${api}.${response.type}`, ...response.resource };
}

function targetName({ application, target }: Operation): string {
  const { module, version } = target ?? {};
  const parts = [`apps/${application}`];
  if (module !== undefined) parts.push('services', module);
  if (version !== undefined) parts.push('versions', version);
  return parts.join('/');
}

/** google.rpc.Code: what an operation ends with when the application can't do what was asked. */
const FAILED_PRECONDITION = 9;
const INTERNAL = 13;
const MOST_OUTPUT_LINES = 20;

function operationError(error: ErrorBodyLike): Json {
  const output = Array.isArray(error.details.output) ? error.details.output.slice(-MOST_OUTPUT_LINES) : [];
  return {
    code: error.code === 'internal' ? INTERNAL : FAILED_PRECONDITION,
    // No details: Google's libraries give up on an operation with details of types that they were not made with.
    message: [[error.message, ...error.hints].join(' '), ...output.map((line) => `  ${line}`)].join('\n'),
  };
}
