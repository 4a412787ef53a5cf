/** What only versions of the flexible environment have, as the Admin API has it. Pure. */
import type { HealthCheck, VersionSpec } from '../../model/version-spec.ts';
import { durationOfMs } from '../../protocol/admin/duration.ts';

type Json = Readonly<Record<string, unknown>>;

export function flexibleFields({ network, livenessCheck, readinessCheck, other = {} }: VersionSpec): Json {
  return defined({
    network: Object.keys(network).length === 0 ? undefined : networkBody(network),
    livenessCheck: livenessCheck && healthBody(livenessCheck, 'initialDelay'),
    readinessCheck: readinessCheck && healthBody(readinessCheck, 'appStartTimeout'),
    resources: resourcesBody(other.resources),
    zones: other.zones,
    endpointsApiService: endpointsBody(other.endpoints_api_service),
    flexibleRuntimeSettings: runtimeBody(other.flexible_runtime_settings ?? other.runtime_config),
  });
}

function networkBody({ instanceIpMode, ...network }: VersionSpec['network']): Json {
  return { ...network, ...(instanceIpMode === undefined ? {} : { instanceIpMode: instanceIpMode.toUpperCase() }) };
}

function healthBody(check: HealthCheck, last: 'initialDelay' | 'appStartTimeout'): Json {
  const duration = (ms: number | undefined) => (ms === undefined ? undefined : durationOfMs(ms));
  return defined({
    path: check.path,
    host: check.host,
    checkInterval: duration(check.checkIntervalMs),
    timeout: duration(check.timeoutMs),
    failureThreshold: check.failureThreshold,
    successThreshold: check.successThreshold,
    [last]: duration(last === 'initialDelay' ? check.initialDelayMs : check.appStartTimeoutMs),
  });
}

interface Resources {
  readonly cpu?: number;
  readonly memory_gb?: number;
  readonly disk_size_gb?: number;
  readonly volumes?: readonly { readonly name?: string; readonly volume_type?: string; readonly size_gb?: number }[];
}

function resourcesBody(value: unknown): Json | undefined {
  if (value === undefined) return undefined;
  const { cpu, memory_gb: memoryGb, disk_size_gb: diskGb, volumes } = value as Resources;
  return defined({
    cpu,
    memoryGb,
    diskGb,
    volumes: volumes?.map(({ name, volume_type: volumeType, size_gb: sizeGb }) =>
      defined({ name, volumeType, sizeGb }),
    ),
  });
}

function endpointsBody(value: unknown): Json | undefined {
  if (value === undefined) return undefined;
  const { name, config_id, rollout_strategy, trace_sampling } = value as Readonly<Record<string, unknown>>;
  return defined({
    name,
    configId: config_id,
    rolloutStrategy: rollout_strategy === undefined ? undefined : String(rollout_strategy).toUpperCase(),
    disableTraceSampling: trace_sampling === undefined ? undefined : trace_sampling === false,
  });
}

function runtimeBody(value: unknown): Json | undefined {
  if (value === undefined) return undefined;
  const { operating_system, runtime_version } = value as Readonly<Record<string, unknown>>;
  const body = defined({ operatingSystem: operating_system, runtimeVersion: runtime_version });
  return Object.keys(body).length === 0 ? undefined : body;
}

function defined(value: Json): Json {
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined));
}
