/** The environment of instances: the documented variables of each generation and the yaml file's own; never the platform's. */
import { delimiter, dirname } from 'node:path';
import type { VersionSpec } from '../../model/version-spec.ts';
import { type Environment, searchPath } from './executables.ts';
import type { LaunchContext } from './runtime.ts';

export type Variables = Readonly<Record<string, string>>;

export interface EnvironmentOptions {
  /** The platform's, of which only PATH is taken. */
  readonly platform: Environment;
  /** The runtime's documented variables: the yaml file can't change them. */
  readonly fixed: Variables;
  /** What the runtime sets and the yaml file may change. */
  readonly defaults?: Variables;
  /** Directories that come first on PATH. */
  readonly pathBefore?: readonly string[];
}

/** From weakest to strongest: base, the runtime's defaults, the yaml file's variables, the documented facts. */
export function launchEnvironment(context: LaunchContext, options: EnvironmentOptions): Variables {
  const path = [...(options.pathBefore ?? []), searchPath(options.platform)].join(delimiter);
  return {
    PATH: path,
    HOME: context.temporaryDirectory,
    TMPDIR: context.temporaryDirectory,
    LANG: 'C.UTF-8',
    ...options.defaults,
    ...context.deployment.spec.environmentVariables,
    ...options.fixed,
    PORT: String(context.port),
  };
}

/** Of Python processes: lines appear at once, and the application's directory is read-only. */
export const pythonDefaults: Variables = { PYTHONUNBUFFERED: '1', PYTHONDONTWRITEBYTECODE: '1' };

/** App Engine's first generation; a request's own variables are added by the launcher. */
export function firstGenerationVariables(context: LaunchContext): Variables {
  const { deployment } = context;
  const variables: Record<string, string> = {
    APPLICATION_ID: longApplicationId(deployment.application),
    CURRENT_MODULE_ID: deployment.module,
    CURRENT_VERSION_ID: `${deployment.version}.${deployment.deploymentId}`,
    INSTANCE_ID: context.instance,
    DATACENTER: 'us1',
    APPENGINE_RUNTIME: deployment.spec.runtime,
    AUTH_DOMAIN: 'gmail.com',
    DEFAULT_VERSION_HOSTNAME: deployment.defaultHostname,
    // Libraries of that time ask whether this begins with "Development" or "Google App Engine".
    SERVER_SOFTWARE: 'Google App Engine/1.9.91',
    TZ: 'UTC',
  };
  if (deployment.spec.scaling.type !== 'automatic') variables.BACKEND_ID = `${deployment.module}:${deployment.version}`;
  return variables;
}

/** App Engine's second generation. */
export function secondGenerationVariables(context: LaunchContext): Variables {
  const { deployment } = context;
  const common = {
    GAE_APPLICATION: longApplicationId(deployment.application),
    GAE_DEPLOYMENT_ID: deployment.deploymentId,
    GAE_INSTANCE: context.instance,
    GAE_MEMORY_MB: String(context.memoryMiB),
    GAE_RUNTIME: deployment.spec.runtime,
    GAE_SERVICE: deployment.module,
    GAE_VERSION: deployment.version,
    GOOGLE_CLOUD_PROJECT: shortApplicationId(deployment.application),
  };
  if (deployment.spec.environment === 'flexible') return { ...common, ...flexibleVariables(context) };
  return { ...common, GAE_ENV: 'standard' };
}

/** Names that a yaml file sets in vain; App Engine ignores them with a warning too. */
export function reservedVariableWarnings(spec: VersionSpec, fixed: readonly string[]): readonly string[] {
  const reserved = new Set([...fixed, 'PORT']);
  return Object.keys(spec.environmentVariables)
    .filter((name) => reserved.has(name) || name.startsWith('GAE_'))
    .map((name) => `env_variables: ${name} is set by the platform; the value in the yaml file is ignored`);
}

/** The directory of a program, to put it first on PATH. */
export function directoryOf(program: string): string {
  return dirname(program);
}

function flexibleVariables(context: LaunchContext): Variables {
  const { deployment } = context;
  return {
    GAE_LONG_APP_ID: shortApplicationId(deployment.application),
    GAE_PARTITION: 's',
    GAE_MODULE_NAME: deployment.module,
    GAE_MODULE_VERSION: deployment.version,
    GAE_MINOR_VERSION: deployment.deploymentId,
    GAE_MODULE_INSTANCE: context.instance,
    GAE_SERVER_PORT: String(context.port),
    MODULE_YAML_PATH: deployment.spec.yamlFile ?? 'app.yaml',
    GAE_APPENGINE_HOSTNAME: deployment.defaultHostname,
  };
}

/** `s~app`: the form that code reads; an id with a partition has it already. */
function longApplicationId(application: string): string {
  return application.includes('~') ? application : `s~${application}`;
}

function shortApplicationId(application: string): string {
  return application.slice(application.indexOf('~') + 1);
}
