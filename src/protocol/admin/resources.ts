/** Applications, services and instances as the Admin API v1 shows them. */

import type { Application, Module } from '../../model/application.ts';
import { applicationAccount } from '../../model/host.ts';
import type { InstanceSummary } from '../../model/instance.ts';
import type { TrafficSplit } from '../../model/traffic.ts';
import { codeBucket, defaultBucket } from './buckets.ts';

type Json = Readonly<Record<string, unknown>>;

/** The one place that a platform is in. */
export const LOCATION = 'local';

export function applicationResource(application: Application): Json {
  return {
    name: `apps/${application.id}`,
    id: application.id,
    servingStatus: 'SERVING',
    defaultHostname: application.defaultHostname,
    codeBucket: codeBucket(application.id),
    defaultBucket: defaultBucket(application.id),
    gcrDomain: 'gcr.io',
    serviceAccount: applicationAccount(application.id),
    locationId: LOCATION,
    dispatchRules: application.settings.dispatch.map(({ url, module }) => {
      const slash = url.indexOf('/');
      return { domain: url.slice(0, slash), path: url.slice(slash), service: module };
    }),
  };
}

export function serviceResource(application: string, module: Module): Json {
  const ingress = ingressNames[module.ingress ?? 'all'];
  return {
    name: `apps/${application}/services/${module.name}`,
    id: module.name,
    split: splitResource(module.traffic),
    networkSettings: { ingressTrafficAllowed: `INGRESS_TRAFFIC_ALLOWED_${ingress}` },
  };
}

const ingressNames = {
  all: 'ALL',
  'internal-only': 'INTERNAL_ONLY',
  'internal-and-load-balancing': 'INTERNAL_AND_LB',
} as const;

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
