/** What the memory backend knows of an application, as immutable values. */
import type {
  Application,
  LiveOutline,
  Module,
  ModuleOutline,
  ServingStatus,
  Version,
} from '../../model/application.ts';
import { applicationHost, urlOf } from '../../model/host.ts';
import { type Manifest, manifestText, totalSize } from '../../model/manifest.ts';
import { DEFAULT_MODULE } from '../../model/names.ts';
import type { Profile } from '../../model/profile.ts';
import type { ReleasePin, VersionUpload } from '../../model/release.ts';
import type { SecretSummary } from '../../model/secret.ts';
import { emptySettings, type Settings } from '../../model/settings.ts';
import type { SourceCommit } from '../../model/source-commit.ts';
import type { TrafficSplit } from '../../model/traffic.ts';
import type { VersionSpec } from '../../model/version-spec.ts';
import { digestOf, digestOfValue } from '../../support/digest.ts';

export interface MemoryVersion {
  readonly deploymentId: string;
  readonly spec: VersionSpec;
  readonly specDigest: string;
  readonly manifest: Manifest;
  readonly manifestDigest: string;
  readonly servingStatus: ServingStatus;
  readonly createdAt: string;
  readonly createdBy: string;
  readonly instancesOverride?: number;
}

export interface MemoryModule {
  readonly versions: Readonly<Record<string, MemoryVersion>>;
  readonly traffic: TrafficSplit;
}

/** Everything that a release puts live, and a rollback puts back. */
export interface MemoryLive {
  readonly modules: Readonly<Record<string, MemoryModule>>;
  readonly settings: Settings;
  readonly secrets?: Readonly<Record<string, SecretSummary>>;
}

export interface MemoryRelease {
  readonly id: string;
  readonly createdAt: string;
  readonly createdBy: string;
  readonly message?: string;
  readonly commit?: SourceCommit;
  readonly changes: readonly string[];
  readonly pin?: ReleasePin;
  /** As it was when the next release came: later traffic moves and stops included. */
  readonly live: MemoryLive;
}

export interface MemoryApplication {
  readonly id: string;
  readonly live: MemoryLive;
  /** Oldest first; the last one is live. */
  readonly releases: readonly MemoryRelease[];
}

export const emptyLive: MemoryLive = { modules: {}, settings: emptySettings };

export interface Upload {
  readonly deploymentId: string;
  readonly createdAt: string;
  readonly createdBy: string;
}

export function newVersion(upload: VersionUpload, { deploymentId, createdAt, createdBy }: Upload): MemoryVersion {
  return {
    deploymentId,
    spec: upload.spec,
    specDigest: digestOfValue(upload.spec),
    manifest: upload.manifest,
    manifestDigest: digestOf(manifestText(upload.manifest)),
    servingStatus: 'serving',
    createdAt,
    createdBy,
  };
}

export function putVersion(live: MemoryLive, module: string, id: string, version: MemoryVersion): MemoryLive {
  const current = live.modules[module];
  const traffic = current?.traffic ?? { shardBy: 'ip', allocations: { [id]: 1 } };
  const versions = { ...current?.versions, [id]: version };
  return { ...live, modules: { ...live.modules, [module]: { versions, traffic } } };
}

export function putTraffic(live: MemoryLive, splits: Readonly<Record<string, TrafficSplit>>): MemoryLive {
  const modules = { ...live.modules };
  for (const [name, traffic] of Object.entries(splits)) {
    const module = modules[name];
    if (module) modules[name] = { ...module, traffic };
  }
  return { ...live, modules };
}

/** A module goes with its last version. */
export function removeVersion(live: MemoryLive, module: string, id: string): MemoryLive {
  const current = live.modules[module];
  if (!current) return live;
  const { [id]: _gone, ...versions } = current.versions;
  const { [module]: _module, ...others } = live.modules;
  if (Object.keys(versions).length === 0) return { ...live, modules: others };
  return { ...live, modules: { ...others, [module]: { ...current, versions } } };
}

/** Changes with everything that a change can move. */
export function stateDigest({ live, releases }: MemoryApplication): string {
  return digestOfValue({ live: outlineOf(live), release: releases.at(-1)?.id });
}

export function toApplication(application: MemoryApplication, profile: Profile): Application {
  const defaultHostname = `${applicationHost(application.id)}.localhost:8080`;
  const current = application.releases.at(-1);
  const currentRelease = current?.id;
  const released = current && outlineOf(current.live);
  const hasMoved = released && digestOfValue(released) !== digestOfValue(outlineOf(application.live));
  const names = Object.keys(application.live.modules).sort(byDefaultFirst);
  return {
    id: application.id,
    modules: names.flatMap((name) => {
      const module = application.live.modules[name];
      return module ? [toModule(name, module, defaultHostname)] : [];
    }),
    settings: application.live.settings,
    profile,
    ...(currentRelease === undefined ? {} : { currentRelease }),
    stateDigest: stateDigest(application),
    ...(hasMoved ? { released } : {}),
    defaultHostname,
    url: urlOf(defaultHostname, { module: DEFAULT_MODULE }),
  };
}

function byDefaultFirst(a: string, b: string): number {
  if (a === DEFAULT_MODULE) return -1;
  if (b === DEFAULT_MODULE) return 1;
  return a < b ? -1 : 1;
}

function toModule(name: string, module: MemoryModule, defaultHostname: string): Module {
  const versions = Object.entries(module.versions).map(
    ([id, { manifest, ...version }]): Version => ({
      id,
      ...version,
      fileCount: manifest.files.length,
      diskUsage: totalSize(manifest),
      url: urlOf(defaultHostname, { module: name, version: id }),
    }),
  );
  return { name, versions, traffic: module.traffic, url: urlOf(defaultHostname, { module: name }) };
}

function outlineOf({ modules, settings }: MemoryLive): LiveOutline {
  const outlines = Object.entries(modules).map(([name, { versions, traffic }]): [string, ModuleOutline] => [
    name,
    {
      split: traffic,
      versions: Object.fromEntries(
        Object.entries(versions).map(([id, { deploymentId, servingStatus, instancesOverride }]) => [
          id,
          { deploymentId, servingStatus, ...(instancesOverride === undefined ? {} : { instances: instancesOverride }) },
        ]),
      ),
    },
  ]);
  return { modules: Object.fromEntries(outlines), settings };
}
