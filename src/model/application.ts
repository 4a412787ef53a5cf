/** The current state of an application on a backend. */

import type { ApplicationLock } from './lock.ts';
import type { Profile } from './profile.ts';
import type { Settings } from './settings.ts';
import type { TrafficSplit } from './traffic.ts';
import type { VersionSpec } from './version-spec.ts';

export type ServingStatus = 'serving' | 'stopped';

export interface Version {
  readonly id: string;
  /** Changes with every upload of the version: App Engine's minor version. Digits. */
  readonly deploymentId: string;
  readonly spec: VersionSpec;
  /** SHA-256 of the canonical JSON of `spec`. */
  readonly specDigest: string;
  /** SHA-256 of the manifest's text. */
  readonly manifestDigest: string;
  readonly fileCount: number;
  /** Bytes. */
  readonly diskUsage: number;
  readonly servingStatus: ServingStatus;
  /** RFC 3339, UTC. */
  readonly createdAt: string;
  readonly createdBy: string;
  /** Manual scaling only: the number that set-num-instances asked for, when it differs from the file. */
  readonly instancesOverride?: number;
  /** Files of it are lost or changed on the backend's disk: deploying it again, as it is, puts it right. */
  readonly isDamaged?: boolean;
  /** Secrets were staged since: deploying it again, as it is, gives them to it. */
  readonly awaitsSecrets?: boolean;
  /** Where it answers, scheme and port included. */
  readonly url: string;
}

/** Who may reach a module. A platform without a load balancer lets in only what comes from inside, with it as well. */
export type Ingress = 'all' | 'internal-only' | 'internal-and-load-balancing';

export interface Module {
  readonly name: string;
  readonly versions: readonly Version[];
  readonly traffic: TrafficSplit;
  /** Absent: everybody. */
  readonly ingress?: Ingress;
  readonly url: string;
}

/** Of a version, bare of everything that only describes it: for telling whether, and how, an application moved. */
export interface VersionOutline {
  readonly deploymentId: string;
  readonly servingStatus: ServingStatus;
  /** Manual scaling: what set-num-instances asked for. */
  readonly instances?: number;
}

export interface ModuleOutline {
  readonly split: TrafficSplit;
  /** Absent: everybody. */
  readonly ingress?: Ingress;
  readonly versions: Readonly<Record<string, VersionOutline>>;
}

export type ModuleOutlines = Readonly<Record<string, ModuleOutline>>;

export interface LiveOutline {
  readonly modules: ModuleOutlines;
  readonly settings: Settings;
}

export interface Application {
  readonly id: string;
  readonly modules: readonly Module[];
  readonly settings: Settings;
  /** Absent where the backend keeps none. */
  readonly profile?: Profile;
  /** Of the release that is live; undefined before the first one. */
  readonly currentRelease?: string;
  /** Changes whenever anything that is live changes; equal states may have different ones. Opaque. */
  readonly stateDigest?: string;
  /** The live state as the current release made it; absent when nothing was changed by hand since. */
  readonly released?: LiveOutline;
  /** Held by somebody right now. */
  readonly lock?: ApplicationLock;
  /** `APP.localhost:8080`, `APP.appspot.com` ... */
  readonly defaultHostname: string;
  readonly url: string;
}

export function findModule(application: Application | undefined, name: string): Module | undefined {
  return application?.modules.find((module) => module.name === name);
}

export function findVersion(module: Module | undefined, id: string): Version | undefined {
  return module?.versions.find((version) => version.id === id);
}
