/** A version as the Admin API v1 shows it (discovery document `Version`). */
import type { Module, Version } from '../../model/application.ts';
import type { Handler } from '../../model/handler.ts';
import type { Scaling } from '../../model/scaling.ts';
import type { HealthCheck } from '../../model/version-spec.ts';
import { durationOfMs, durationOfSeconds } from './duration.ts';

export type VersionView = 'BASIC' | 'FULL';
type Json = Readonly<Record<string, unknown>>;

export function versionResource(application: string, module: Module, version: Version, view: VersionView): Json {
  const { spec } = version;
  return {
    name: `apps/${application}/services/${module.name}/versions/${version.id}`,
    id: version.id,
    runtime: spec.runtime,
    env: spec.environment,
    threadsafe: spec.isThreadsafe,
    instanceClass: spec.instanceClass,
    servingStatus: version.servingStatus === 'serving' ? 'SERVING' : 'STOPPED',
    createTime: version.createdAt,
    createdBy: version.createdBy,
    diskUsageBytes: String(version.diskUsage),
    versionUrl: version.url,
    ...scalingFields(spec.scaling, version.instancesOverride),
    ...(Object.keys(spec.network).length > 0 ? { network: spec.network } : {}),
    ...(spec.inboundServices.length > 0
      ? { inboundServices: spec.inboundServices.map((name) => `INBOUND_SERVICE_${name.toUpperCase()}`) }
      : {}),
    ...defined({
      runtimeApiVersion: spec.apiVersion,
      runtimeMainExecutablePath: spec.main,
      serviceAccount: spec.serviceAccount,
      betaSettings: spec.betaSettings,
      appEngineApis: spec.usesBundledApis,
      entrypoint: spec.entrypoint === undefined ? undefined : { shell: spec.entrypoint },
      livenessCheck: healthCheck(spec.livenessCheck),
      readinessCheck: healthCheck(spec.readinessCheck),
    }),
    ...(view === 'FULL' ? fullFields(version) : {}),
  };
}

function fullFields({ spec, fileCount }: Version): Json {
  return {
    handlers: spec.handlers.map(urlMap),
    errorHandlers: spec.errorHandlers.map((handler) => ({
      errorCode: `ERROR_CODE_${handler.errorCode.toUpperCase()}`,
      staticFile: handler.file,
      ...defined({ mimeType: handler.mimeType }),
    })),
    deployment: { zip: { filesCount: fileCount } },
    ...defined({
      libraries: nonEmpty(spec.libraries),
      envVariables: nonEmpty(spec.environmentVariables),
      buildEnvVariables: nonEmpty(spec.buildEnvironmentVariables),
      defaultExpiration:
        spec.defaultExpirationSeconds === undefined ? undefined : durationOfSeconds(spec.defaultExpirationSeconds),
      apiConfig: spec.apiConfig && { url: spec.apiConfig.url, script: spec.apiConfig.script },
    }),
  };
}

function scalingFields(scaling: Scaling, instances: number | undefined): Json {
  switch (scaling.type) {
    case 'manual':
      return { manualScaling: { instances: instances ?? scaling.instances } };
    case 'basic':
      return { basicScaling: { maxInstances: scaling.maxInstances, idleTimeout: durationOfMs(scaling.idleTimeoutMs) } };
    case 'automatic':
      return {
        automaticScaling: defined({
          minIdleInstances: scaling.minIdleInstances,
          maxIdleInstances: scaling.maxIdleInstances,
          minPendingLatency:
            scaling.minPendingLatencyMs === undefined ? undefined : durationOfMs(scaling.minPendingLatencyMs),
          maxPendingLatency:
            scaling.maxPendingLatencyMs === undefined ? undefined : durationOfMs(scaling.maxPendingLatencyMs),
          maxConcurrentRequests: scaling.maxConcurrentRequests,
          standardSchedulerSettings: nonEmpty(
            defined({
              minInstances: scaling.minInstances,
              maxInstances: scaling.maxInstances,
              targetCpuUtilization: scaling.targetCpuUtilization,
              targetThroughputUtilization: scaling.targetThroughputUtilization,
            }),
          ),
        }),
      };
  }
}

function urlMap(handler: Handler): Json {
  return {
    urlRegex: handler.type === 'static-dir' ? `${handler.url}/(.*)` : handler.url,
    login: `LOGIN_${handler.login.toUpperCase()}`,
    authFailAction: `AUTH_FAIL_ACTION_${handler.authFailAction.toUpperCase()}`,
    securityLevel: `SECURE_${handler.secure.toUpperCase()}`,
    ...(handler.redirectHttpResponseCode === undefined
      ? {}
      : { redirectHttpResponseCode: `REDIRECT_HTTP_RESPONSE_CODE_${handler.redirectHttpResponseCode}` }),
    ...target(handler),
  };
}

function target(handler: Handler): Json {
  switch (handler.type) {
    case 'script':
      return { script: { scriptPath: handler.script } };
    case 'api-endpoint':
      return { apiEndpoint: defined({ scriptPath: handler.script }) };
    case 'static-files':
    case 'static-dir': {
      const isDirectory = handler.type === 'static-dir';
      return {
        staticFiles: defined({
          path: isDirectory ? `${handler.directory}/\\1` : handler.files,
          uploadPathRegex: isDirectory ? `${handler.directory}/.*` : handler.upload,
          mimeType: handler.mimeType,
          httpHeaders: handler.httpHeaders,
          requireMatchingFile: handler.requireMatchingFile,
          applicationReadable: handler.applicationReadable,
          expiration:
            handler.expirationSeconds === undefined ? undefined : durationOfSeconds(handler.expirationSeconds),
        }),
      };
    }
  }
}

function healthCheck(check: HealthCheck | undefined): Json | undefined {
  if (!check) return undefined;
  const duration = (ms: number | undefined) => (ms === undefined ? undefined : durationOfMs(ms));
  return defined({
    path: check.path,
    host: check.host,
    checkInterval: duration(check.checkIntervalMs),
    timeout: duration(check.timeoutMs),
    failureThreshold: check.failureThreshold,
    successThreshold: check.successThreshold,
    initialDelay: duration(check.initialDelayMs),
    appStartTimeout: duration(check.appStartTimeoutMs),
  });
}

function defined(value: Readonly<Record<string, unknown>>): Json {
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined));
}

function nonEmpty<T extends object>(value: T): T | undefined {
  return Object.keys(value).length === 0 ? undefined : value;
}
