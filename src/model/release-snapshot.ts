/** Everything of a release, for comparing: what each version is made of, traffic and settings. */
import type { ServingStatus } from './application.ts';
import type { ManifestFile } from './manifest.ts';
import type { Settings } from './settings.ts';
import type { TrafficSplit } from './traffic.ts';
import type { VersionSpec } from './version-spec.ts';

export interface VersionSnapshot {
  readonly servingStatus: ServingStatus;
  readonly spec: VersionSpec;
  readonly files: readonly ManifestFile[];
}

export interface ModuleSnapshot {
  readonly traffic: TrafficSplit;
  readonly versions: Readonly<Record<string, VersionSnapshot>>;
}

export interface ReleaseSnapshot {
  readonly modules: Readonly<Record<string, ModuleSnapshot>>;
  readonly settings: Settings;
}

/** What is asked for instead of a release's id: how things are now, moves of traffic since the last release included. */
export const LIVE = 'live';
