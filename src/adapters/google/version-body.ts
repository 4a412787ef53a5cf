/** A version as the Admin API takes it: only fields that a client may set (discovery document `Version`). Pure. */
import { runtimeGeneration, type VersionSpec } from '../../model/version-spec.ts';
import { durationOfMs, durationOfSeconds } from '../../protocol/admin/duration.ts';
import { flexibleFields } from './flexible-fields.ts';
import { handlerBody } from './handler-body.ts';
import { scalingBody } from './scaling-body.ts';

type Json = Readonly<Record<string, unknown>>;

export type DeploymentBody =
  | { readonly zip: { readonly sourceUrl: string; readonly filesCount: number } }
  | { readonly files: Readonly<Record<string, { readonly sourceUrl: string; readonly sha1Sum: string }>> };

export function versionBody(id: string, spec: VersionSpec, deployment: DeploymentBody): Json {
  const isFlexible = spec.environment === 'flexible';
  const isFirst = !isFlexible && runtimeGeneration(spec.runtime) === 1;
  const { other = {} } = spec;
  return defined({
    id,
    runtime: isFlexible ? 'vm' : spec.runtime,
    env: isFlexible ? 'flex' : 'standard',
    // Later runtimes refuse both: every one of them serves several requests at once.
    threadsafe: isFirst ? spec.isThreadsafe : undefined,
    runtimeApiVersion: isFirst ? spec.apiVersion : undefined,
    instanceClass: isFlexible ? undefined : spec.instanceClass,
    ...scalingBody(spec.scaling),
    handlers: isFlexible
      ? [placeholder]
      : nonEmpty(spec.handlers.map((handler) => handlerBody(handler, isFirst ? 1 : 2))),
    errorHandlers: nonEmpty(
      spec.errorHandlers.map(({ errorCode, file, mimeType }) =>
        defined({ errorCode: `ERROR_CODE_${errorCode.toUpperCase()}`, staticFile: file, mimeType }),
      ),
    ),
    libraries: isFirst ? nonEmpty(spec.libraries.map(({ name, version }) => ({ name, version }))) : undefined,
    inboundServices: nonEmpty(spec.inboundServices.map((name) => `INBOUND_SERVICE_${name.toUpperCase()}`)),
    envVariables: nonEmpty(spec.environmentVariables),
    buildEnvVariables: nonEmpty(spec.buildEnvironmentVariables),
    betaSettings: nonEmpty(isFlexible ? managedSettings(spec) : (spec.betaSettings ?? {})),
    entrypoint: spec.entrypoint === undefined ? undefined : { shell: spec.entrypoint.replace(/^exec\s+/, '') },
    runtimeMainExecutablePath: spec.main,
    serviceAccount: spec.serviceAccount,
    appEngineApis: spec.usesBundledApis,
    defaultExpiration:
      spec.defaultExpirationSeconds === undefined ? undefined : durationOfSeconds(spec.defaultExpirationSeconds),
    apiConfig: spec.apiConfig && apiConfigBody(spec.apiConfig),
    runtimeChannel: other.runtime_channel,
    vpcAccessConnector: connectorBody(other.vpc_access_connector),
    ...(isFlexible ? flexibleFields(spec) : {}),
    deployment: isFlexible
      ? {
          ...deployment,
          cloudBuildOptions: { appYamlPath: spec.yamlFile ?? 'app.yaml', cloudBuildTimeout: durationOfMs(20 * 60_000) },
        }
      : deployment,
  });
}

/** The flexible environment knows no handlers, and Google's tools send it this one. */
const placeholder = { urlRegex: '.*', script: { scriptPath: 'PLACEHOLDER' } };

function managedSettings({ betaSettings, runtime, yamlFile }: VersionSpec): Json {
  return { ...betaSettings, vm_runtime: runtime, module_yaml_path: yamlFile ?? 'app.yaml' };
}

function apiConfigBody({ url, script, login, authFailAction, secure }: NonNullable<VersionSpec['apiConfig']>): Json {
  return defined({
    url,
    script,
    login: login && `LOGIN_${login.toUpperCase()}`,
    authFailAction: authFailAction && `AUTH_FAIL_ACTION_${authFailAction.toUpperCase()}`,
    securityLevel: secure && `SECURE_${secure.toUpperCase()}`,
  });
}

function connectorBody(value: unknown): Json | undefined {
  const { name, egress_setting: egress } = (value ?? {}) as {
    readonly name?: string;
    readonly egress_setting?: string;
  };
  if (name === undefined) return undefined;
  const setting = egress === 'all-traffic' ? 'ALL_TRAFFIC' : egress === undefined ? undefined : 'PRIVATE_IP_RANGES';
  return defined({ name, egressSetting: setting });
}

export function defined(value: Json): Json {
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined));
}

function nonEmpty<T extends object>(value: T): T | undefined {
  return Object.keys(value).length === 0 ? undefined : value;
}
