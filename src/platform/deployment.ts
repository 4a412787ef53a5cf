/** One upload of one version, as the platform's parts pass it around. */
import type { VersionSpec } from '../model/version-spec.ts';
import type { SecretBindings } from './secrets/secret-bindings.ts';

export interface Deployment {
  readonly application: string;
  readonly module: string;
  readonly version: string;
  /** Unique on this platform: the minor version, digits. */
  readonly deploymentId: string;
  readonly spec: VersionSpec;
  /** Name -> version of the value that its instances get. */
  readonly secrets?: SecretBindings;
  /** Absolute path of the materialised files. Never written to. */
  readonly directory: string;
  /** `APP.localhost:8080` */
  readonly defaultHostname: string;
}

/** What should be running of a deployment. */
export interface DesiredDeployment {
  readonly deployment: Deployment;
  readonly servingStatus: 'serving' | 'stopped';
  /** Manual scaling: overrides the file's number. */
  readonly instances?: number;
  /** Automatic scaling keeps its minimum only for versions that take traffic. */
  readonly receivesTraffic: boolean;
  /** The day's instance hours are used up: nothing runs, and requests are told so. */
  readonly isOverQuota?: boolean;
}
