/** Applications, services, instances and operations as the Admin API v1 shows them. */
import type { Application, Module } from '../../model/application.ts';
import type { InstanceSummary } from '../../model/instance.ts';
import type { Operation } from '../../model/operation.ts';
import type { TrafficSplit } from '../../model/traffic.ts';

type Json = Readonly<Record<string, unknown>>;

export function applicationResource(application: Application): Json {
  return {
    name: `apps/${application.id}`,
    id: application.id,
    servingStatus: 'SERVING',
    defaultHostname: application.defaultHostname,
    codeBucket: `staging.${application.id}.appspot.com`,
    defaultBucket: `${application.id}.appspot.com`,
    gcrDomain: 'gcr.io',
    serviceAccount: `${application.id}@appspot.gserviceaccount.com`,
    locationId: 'local',
    dispatchRules: application.settings.dispatch.map(({ url, module }) => {
      const slash = url.indexOf('/');
      return { domain: url.slice(0, slash), path: url.slice(slash), service: module };
    }),
  };
}

export function serviceResource(application: string, module: Module): Json {
  return { name: `apps/${application}/services/${module.name}`, id: module.name, split: splitResource(module.traffic) };
}

export function splitResource(split: TrafficSplit): Json {
  return { allocations: split.allocations, shardBy: split.shardBy.toUpperCase() };
}

export function instanceResource(instance: InstanceSummary, isResident: boolean): Json {
  const { application, module, version, id } = instance;
  return {
    name: `apps/${application}/services/${module}/versions/${version}/instances/${id}`,
    id,
    appEngineRelease: 'appcfg',
    availability: isResident ? 'RESIDENT' : 'DYNAMIC',
    requests: instance.requests,
    errors: instance.errors,
    averageLatency: Math.round(instance.averageLatencyMs),
    ...(instance.startedAt === undefined ? {} : { startTime: instance.startedAt }),
    ...(instance.memoryBytes === undefined ? {} : { memoryUsage: String(instance.memoryBytes) }),
  };
}

/** google.rpc.Code FAILED_PRECONDITION: what an operation ends with when the application can't do what was asked. */
const FAILED_PRECONDITION = 9;
const INTERNAL = 13;

const methods: Readonly<Record<Operation['kind'], string>> = {
  release: 'Versions.CreateVersion',
  rollback: 'Applications.UpdateApplication',
  start: 'Versions.UpdateVersion',
  stop: 'Versions.UpdateVersion',
  scale: 'Versions.UpdateVersion',
  delete: 'Versions.DeleteVersion',
  traffic: 'Services.UpdateService',
  settings: 'Applications.UpdateApplication',
};

export function operationResource(operation: Operation, response: Json = {}): Json {
  const warnings = operation.events.flatMap((event) => (event.type === 'warning' ? [event.message] : []));
  return {
    name: `apps/${operation.application}/operations/${operation.id}`,
    metadata: {
      '@type': 'type.googleapis.com/google.appengine.v1.OperationMetadataV1',
      method: `google.appengine.v1.${methods[operation.kind]}`,
      insertTime: operation.createdAt,
      user: operation.createdBy,
      target: `apps/${operation.application}`,
      ...(operation.finishedAt === undefined ? {} : { endTime: operation.finishedAt }),
      ...(warnings.length > 0 ? { warning: warnings } : {}),
    },
    ...(operation.state === 'pending' ? {} : { done: true }),
    ...(operation.state === 'done'
      ? { response: { '@type': 'type.googleapis.com/google.protobuf.Empty', ...response } }
      : {}),
    ...(operation.state === 'failed' && operation.error
      ? {
          error: {
            code: operation.error.code === 'internal' ? INTERNAL : FAILED_PRECONDITION,
            message: [operation.error.message, ...operation.error.hints].join(' '),
          },
        }
      : {}),
  };
}
