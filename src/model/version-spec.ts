/** What a version's yaml file says, with defaults applied: immutable once deployed. */
import type { AuthFailAction, ErrorHandler, Handler, Login, Secure } from './handler.ts';
import type { Scaling } from './scaling.ts';

export interface Library {
  readonly name: string;
  readonly version: string;
}

/** Health checks of the flexible environment, in milliseconds and counts. */
export interface HealthCheck {
  readonly path?: string;
  readonly host?: string;
  readonly checkIntervalMs?: number;
  readonly timeoutMs?: number;
  readonly failureThreshold?: number;
  readonly successThreshold?: number;
  readonly initialDelayMs?: number;
  readonly appStartTimeoutMs?: number;
}

export interface NetworkSettings {
  readonly sessionAffinity?: boolean;
  readonly forwardedPorts?: readonly string[];
  readonly instanceTag?: string;
  readonly name?: string;
  readonly subnetworkName?: string;
  readonly instanceIpMode?: string;
}

export interface ApiConfig {
  readonly url: string;
  readonly script: string;
  readonly login?: Login;
  readonly authFailAction?: AuthFailAction;
  readonly secure?: Secure;
}

export interface VersionSpec {
  readonly runtime: string;
  readonly environment: 'standard' | 'flexible';
  readonly scaling: Scaling;
  /** Always set: the default of the scaling type when the file names none. */
  readonly instanceClass: string;
  /** Empty means: everything goes to the application. */
  readonly handlers: readonly Handler[];
  readonly errorHandlers: readonly ErrorHandler[];
  readonly environmentVariables: Readonly<Record<string, string>>;
  readonly buildEnvironmentVariables: Readonly<Record<string, string>>;
  readonly inboundServices: readonly string[];
  readonly libraries: readonly Library[];
  readonly isThreadsafe: boolean;
  readonly entrypoint?: string;
  readonly main?: string;
  readonly apiVersion?: string;
  readonly defaultExpirationSeconds?: number;
  readonly network: NetworkSettings;
  readonly livenessCheck?: HealthCheck;
  readonly readinessCheck?: HealthCheck;
  readonly apiConfig?: ApiConfig;
  readonly usesBundledApis?: boolean;
  readonly serviceAccount?: string;
  readonly betaSettings?: Readonly<Record<string, string>>;
  /** Base name of the yaml file the version came from. */
  readonly yamlFile?: string;
  /** Keys that only other backends act on, as the file has them (resources, vpc_access_connector ...). */
  readonly other?: Readonly<Record<string, unknown>>;
}

/** First generation runtimes speak App Engine's own contract; later ones are plain web servers on $PORT. */
export function runtimeGeneration(runtime: string): 1 | 2 {
  return /^(python|python27|python-compat|java|java7|java8|php|php55|go|go1[0-9]?|vm)$/.test(runtime) ? 1 : 2;
}
