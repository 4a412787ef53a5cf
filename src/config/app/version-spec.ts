/** The version that a module's file describes, from its values. */
import type { Scaling } from '../../model/scaling.ts';
import type { ApiConfig, HealthCheck, NetworkSettings, VersionSpec } from '../../model/version-spec.ts';
import type { Findings } from '../findings.ts';
import type { ModuleValues } from './check-module.ts';
import { errorHandlersOf } from './handlers.ts';
import type { Merged } from './includes.ts';
import { resolvedLibrary } from './libraries.ts';
import { instanceClassOf, scalingOf } from './scaling.ts';

export interface SpecSource {
  readonly values: ModuleValues;
  readonly merged: Merged;
  /** `-E` on the command line; wins over all files. */
  readonly environmentVariables: Readonly<Record<string, string>>;
  readonly yamlFile: string;
}

export function versionSpecOf(source: SpecSource, findings: Findings): VersionSpec {
  const { values, merged } = source;
  const scaling = withIncludedInstances(scalingOf(values), values, merged);
  const optional = {
    entrypoint: values.entrypoint,
    main: values.main,
    apiVersion: values.api_version,
    defaultExpirationSeconds: values.default_expiration,
    livenessCheck: healthCheckOf(values.liveness_check),
    readinessCheck: healthCheckOf(values.readiness_check),
    apiConfig: apiConfigOf(values),
    usesBundledApis: values.app_engine_apis ?? (values.app_engine_bundled_services === undefined ? undefined : true),
    serviceAccount: values.service_account,
    betaSettings: emptyAsAbsent(merged.betaSettings),
    other: emptyAsAbsent(otherKeysOf(values, merged)),
  };
  return {
    runtime: values.runtime ?? '',
    environment: isFlexible(values, merged) ? 'flexible' : 'standard',
    scaling,
    instanceClass: instanceClassOf(values.instance_class, scaling.type, findings),
    handlers: merged.handlers,
    errorHandlers: errorHandlersOf(values.error_handlers),
    environmentVariables: { ...merged.environmentVariables, ...source.environmentVariables },
    buildEnvironmentVariables: values.build_env_variables ?? {},
    inboundServices: values.inbound_services ?? [],
    libraries: (values.libraries ?? []).flatMap(({ name, version }) =>
      name === undefined || version === undefined ? [] : [resolvedLibrary(name, version)],
    ),
    isThreadsafe: values.threadsafe ?? true,
    network: networkOf(values),
    ...withoutAbsent(optional),
    yamlFile: source.yamlFile,
  };
}

function isFlexible(values: ModuleValues, merged: Merged): boolean {
  return values.env === 'flexible' || merged.isVm || values.runtime === 'vm';
}

/** An include may bring manual scaling; of two counts the larger one holds. */
function withIncludedInstances(scaling: Scaling, values: ModuleValues, merged: Merged): Scaling {
  const instances = merged.manualInstances;
  if (instances === undefined || values.basic_scaling !== undefined || values.automatic_scaling !== undefined)
    return scaling;
  return { type: 'manual', instances };
}

function networkOf(values: ModuleValues): NetworkSettings {
  const { network } = values;
  return withoutAbsent({
    sessionAffinity: network?.session_affinity ?? values.session_affinity,
    forwardedPorts: network?.forwarded_ports,
    instanceTag: network?.instance_tag,
    name: network?.name,
    subnetworkName: network?.subnetwork_name,
    instanceIpMode: network?.instance_ip_mode?.toLowerCase(),
  });
}

type CheckValues = Exclude<ModuleValues['liveness_check'] | ModuleValues['readiness_check'], undefined>;

function healthCheckOf(values: CheckValues | undefined): HealthCheck | undefined {
  if (values === undefined) return undefined;
  return withoutAbsent({
    path: values.path,
    host: values.host,
    checkIntervalMs: inMs(values.check_interval_sec),
    timeoutMs: inMs(values.timeout_sec),
    failureThreshold: values.failure_threshold,
    successThreshold: values.success_threshold,
    initialDelayMs: 'initial_delay_sec' in values ? inMs(values.initial_delay_sec) : undefined,
    appStartTimeoutMs: 'app_start_timeout_sec' in values ? inMs(values.app_start_timeout_sec) : undefined,
  });
}

function inMs(seconds: number | undefined): number | undefined {
  return seconds === undefined ? undefined : seconds * 1000;
}

function apiConfigOf(values: ModuleValues): ApiConfig | undefined {
  const { api_config: config } = values;
  if (config?.url === undefined || config.script === undefined) return undefined;
  return {
    url: config.url,
    script: config.script,
    ...withoutAbsent({ login: config.login, authFailAction: config.auth_fail_action, secure: config.secure }),
  };
}

/** What only other backends act on, as the file has it. */
const passedOn = [
  ...['runtime_channel', 'runtime_config', 'flexible_runtime_settings', 'app_engine_bundled_services', 'admin_console'],
  ...['auto_id_policy', 'derived_file_type', 'source_language', 'standard_websocket', 'code_lock', 'health_check'],
  ...['vm_health_check', 'resources', 'zones', 'vpc_access_connector', 'vpc_access', 'endpoints_api_service'],
] as const satisfies readonly (keyof ModuleValues)[];

function otherKeysOf(values: ModuleValues, merged: Merged): Readonly<Record<string, unknown>> {
  const entries = passedOn.filter((key) => values[key] !== undefined).map((key) => [key, values[key]] as const);
  const vmSettings = emptyAsAbsent(merged.vmSettings);
  return { ...Object.fromEntries(entries), ...(vmSettings === undefined ? {} : { vm_settings: vmSettings }) };
}

function emptyAsAbsent<T extends object>(record: T): T | undefined {
  return Object.keys(record).length === 0 ? undefined : record;
}

type Present<T> = { readonly [K in keyof T]?: Exclude<T[K], undefined> };

/** Specs are hashed and compared, so a member that is not set is not there at all. */
function withoutAbsent<T extends object>(record: T): Present<T> {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined)) as Present<T>;
}
