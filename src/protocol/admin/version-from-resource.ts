/**
 * A Version resource as the module file that describes the same version: the reverse of what Google's tools do.
 * Both then go through one reader, so that equal applications are equal whichever tool deployed them.
 */
import {
  authFailActions,
  egressSettings,
  enumValue,
  errorCodes,
  inboundServices,
  instanceIpModes,
  logins,
  securityLevels,
} from './enums.ts';
import { moduleHandler } from './handler-from-resource.ts';
import type { AutomaticScalingShape, HealthCheckShape, UrlMap, VersionShape } from './version-shape.ts';

type Data = Readonly<Record<string, unknown>>;

/** Keys and values of app.yaml. */
export function moduleFileData(version: VersionShape): Data {
  const { network, resources, vpcAccessConnector: connector, apiConfig } = version;
  const { vm_runtime: managedRuntime, module_yaml_path: _file, ...betaSettings } = version.betaSettings ?? {};
  return defined({
    // Tools write `vm` for all of the flexible environment, and the runtime beside it.
    runtime: version.runtime === 'vm' ? (managedRuntime ?? 'vm') : version.runtime,
    env: isFlexible(version) ? 'flex' : undefined,
    threadsafe: version.threadsafe,
    instance_class: version.instanceClass,
    api_version: version.runtimeApiVersion,
    runtime_channel: version.runtimeChannel,
    main: nonEmpty(version.runtimeMainExecutablePath),
    service_account: version.serviceAccount,
    app_engine_apis: version.appEngineApis,
    entrypoint: nonEmpty(version.entrypoint?.shell),
    ...scaling(version),
    handlers: version.handlers?.filter((handler) => !isPlaceholder(handler)).map(moduleHandler),
    error_handlers: version.errorHandlers?.map((handler) =>
      defined({
        error_code: lower(enumValue(errorCodes, handler.errorCode, 'ERROR_CODE_')),
        file: handler.staticFile,
        mime_type: handler.mimeType,
      }),
    ),
    libraries: version.libraries?.map(({ name, version: wanted }) => defined({ name, version: wanted || 'latest' })),
    inbound_services: version.inboundServices?.map(
      (service) => lower(enumValue(inboundServices, service, 'INBOUND_SERVICE_')) ?? String(service),
    ),
    env_variables: nonEmptyMap(version.envVariables),
    build_env_variables: nonEmptyMap(version.buildEnvVariables),
    beta_settings: nonEmptyMap(betaSettings),
    default_expiration: wholeSeconds(version.defaultExpiration),
    nobuild_files: nonEmpty(version.nobuildFilesRegex),
    network:
      network &&
      nonEmptyMap(
        defined({
          session_affinity: network.sessionAffinity,
          forwarded_ports: network.forwardedPorts,
          instance_tag: nonEmpty(network.instanceTag),
          name: nonEmpty(network.name),
          subnetwork_name: nonEmpty(network.subnetworkName),
          instance_ip_mode: lower(enumValue(instanceIpModes, network.instanceIpMode)),
        }),
      ),
    liveness_check: healthCheck(version.livenessCheck),
    readiness_check: healthCheck(version.readinessCheck),
    resources:
      resources && defined({ cpu: resources.cpu, memory_gb: resources.memoryGb, disk_size_gb: resources.diskGb }),
    vpc_access_connector:
      connector && defined({ name: connector.name, egress_setting: egress(connector.egressSetting) }),
    zones: version.zones,
    api_config:
      apiConfig &&
      defined({
        url: apiConfig.url,
        script: apiConfig.script,
        login: lower(enumValue(logins, apiConfig.login, 'LOGIN_')),
        auth_fail_action: lower(enumValue(authFailActions, apiConfig.authFailAction, 'AUTH_FAIL_ACTION_')),
        secure: lower(enumValue(securityLevels, apiConfig.securityLevel, 'SECURE_')),
      }),
  });
}

/** Tools give the flexible environment, which knows no handlers, one that means nothing. */
function isPlaceholder({ script }: UrlMap): boolean {
  return script?.scriptPath === 'PLACEHOLDER';
}

function isFlexible({ env, vm, runtime }: VersionShape): boolean {
  return vm === true || runtime === 'vm' || ['flex', 'flexible', '2'].includes((env ?? '').toLowerCase());
}

function scaling(version: VersionShape): Data {
  const { automaticScaling, basicScaling, manualScaling } = version;
  return defined({
    automatic_scaling: automaticScaling && nonEmptyMap(automatic(automaticScaling)),
    basic_scaling:
      basicScaling &&
      defined({ max_instances: basicScaling.maxInstances, idle_timeout: wholeSeconds(basicScaling.idleTimeout) }),
    manual_scaling: manualScaling && defined({ instances: manualScaling.instances }),
  });
}

function automatic(scaling: AutomaticScalingShape): Data {
  const { standardSchedulerSettings: standard, cpuUtilization: cpu, networkUtilization: network } = scaling;
  const { diskUtilization: disk, requestUtilization: request } = scaling;
  return defined({
    min_idle_instances: scaling.minIdleInstances,
    // What clients make of `automatic`.
    max_idle_instances: scaling.maxIdleInstances === 0 ? undefined : scaling.maxIdleInstances,
    min_pending_latency: milliseconds(scaling.minPendingLatency),
    max_pending_latency: milliseconds(scaling.maxPendingLatency),
    max_concurrent_requests: scaling.maxConcurrentRequests === 0 ? undefined : scaling.maxConcurrentRequests,
    min_instances: standard?.minInstances,
    max_instances: standard?.maxInstances,
    target_cpu_utilization: standard?.targetCpuUtilization,
    target_throughput_utilization: standard?.targetThroughputUtilization,
    min_num_instances: scaling.minTotalInstances,
    max_num_instances: scaling.maxTotalInstances,
    cool_down_period_sec: seconds(scaling.coolDownPeriod),
    cpu_utilization:
      cpu &&
      defined({
        target_utilization: cpu.targetUtilization,
        aggregation_window_length_sec: seconds(cpu.aggregationWindowLength),
      }),
    target_network_sent_bytes_per_sec: network?.targetSentBytesPerSecond,
    target_network_sent_packets_per_sec: network?.targetSentPacketsPerSecond,
    target_network_received_bytes_per_sec: network?.targetReceivedBytesPerSecond,
    target_network_received_packets_per_sec: network?.targetReceivedPacketsPerSecond,
    target_disk_write_bytes_per_sec: disk?.targetWriteBytesPerSecond,
    target_disk_write_ops_per_sec: disk?.targetWriteOpsPerSecond,
    target_disk_read_bytes_per_sec: disk?.targetReadBytesPerSecond,
    target_disk_read_ops_per_sec: disk?.targetReadOpsPerSecond,
    target_request_count_per_sec: request?.targetRequestCountPerSecond,
    target_concurrent_requests: request?.targetConcurrentRequests,
  });
}

function healthCheck(check: HealthCheckShape | undefined): Data | undefined {
  if (!check) return undefined;
  return defined({
    path: check.path,
    host: check.host,
    check_interval_sec: seconds(check.checkInterval),
    timeout_sec: seconds(check.timeout),
    failure_threshold: check.failureThreshold,
    success_threshold: check.successThreshold,
    initial_delay_sec: seconds(check.initialDelay),
    app_start_timeout_sec: seconds(check.appStartTimeout),
  });
}

function egress(value: string | number | undefined): string | undefined {
  switch (enumValue(egressSettings, value)) {
    case 'ALL_TRAFFIC':
      return 'all-traffic';
    case 'PRIVATE_IP_RANGES':
      return 'private-ranges-only';
    default:
      return undefined;
  }
}

function seconds(duration: string | undefined): number | undefined {
  return duration === undefined ? undefined : Math.ceil(Number.parseFloat(duration));
}

function wholeSeconds(duration: string | undefined): string | undefined {
  return duration === undefined ? undefined : `${seconds(duration)}s`;
}

function milliseconds(duration: string | undefined): string | undefined {
  return duration === undefined ? undefined : `${Math.round(Number.parseFloat(duration) * 1000)}ms`;
}

function lower(value: string | undefined): string | undefined {
  return value?.toLowerCase();
}

function nonEmpty(value: string | undefined): string | undefined {
  return value === '' ? undefined : value;
}

function nonEmptyMap(value: Data | undefined): Data | undefined {
  return value === undefined || Object.keys(value).length === 0 ? undefined : value;
}

function defined(value: Data): Data {
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined));
}
