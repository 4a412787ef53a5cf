/** What can be known of a version that another tool deployed. Pure. */
import type { Scaling } from '../../model/scaling.ts';
import type { VersionSpec } from '../../model/version-spec.ts';
import type { VersionResource } from './api-types.ts';

export function specOfVersion(version: VersionResource): VersionSpec {
  const isFlexible = version.env === 'flexible' || version.env === 'flex';
  return {
    runtime: version.runtime ?? '',
    environment: isFlexible ? 'flexible' : 'standard',
    scaling: scalingOf(version),
    instanceClass: version.instanceClass ?? '',
    handlers: [],
    errorHandlers: [],
    environmentVariables: version.envVariables ?? {},
    buildEnvironmentVariables: version.buildEnvVariables ?? {},
    inboundServices: (version.inboundServices ?? []).map((name) => name.replace('INBOUND_SERVICE_', '').toLowerCase()),
    libraries: (version.libraries ?? []).map(({ name = '', version: wanted = '' }) => ({ name, version: wanted })),
    isThreadsafe: version.threadsafe ?? true,
    network: {},
    ...(version.entrypoint?.shell ? { entrypoint: version.entrypoint.shell } : {}),
    ...(version.runtimeApiVersion === undefined ? {} : { apiVersion: version.runtimeApiVersion }),
    ...(version.serviceAccount === undefined ? {} : { serviceAccount: version.serviceAccount }),
  };
}

function scalingOf({ manualScaling, basicScaling, automaticScaling }: VersionResource): Scaling {
  if (manualScaling) return { type: 'manual', instances: manualScaling.instances ?? 1 };
  if (basicScaling) {
    const idleTimeoutMs = Math.round(Number.parseFloat(basicScaling.idleTimeout ?? '300s') * 1000);
    return { type: 'basic', maxInstances: basicScaling.maxInstances ?? 1, idleTimeoutMs };
  }
  const { minIdleInstances, maxIdleInstances, maxConcurrentRequests, standardSchedulerSettings } =
    automaticScaling ?? {};
  const fields = {
    minIdleInstances,
    maxIdleInstances,
    maxConcurrentRequests,
    minInstances: standardSchedulerSettings?.minInstances ?? automaticScaling?.minTotalInstances,
    maxInstances: standardSchedulerSettings?.maxInstances ?? automaticScaling?.maxTotalInstances,
  };
  return {
    type: 'automatic',
    ...Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)),
  };
}
