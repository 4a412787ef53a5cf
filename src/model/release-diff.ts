/** What differs between two releases. Pure. */
import type { ModuleSnapshot, ReleaseSnapshot, VersionSnapshot } from './release-snapshot.ts';
import { type SettingsChange, settingsDiff } from './settings-diff.ts';
import { type ConfigurationChange, specDiff } from './spec-diff.ts';
import { defaultVersionOf, type TrafficSplit } from './traffic.ts';

export interface FileChanges {
  readonly added: readonly string[];
  readonly changed: readonly string[];
  readonly removed: readonly string[];
}

export interface VersionDiff {
  readonly module: string;
  readonly version: string;
  readonly change: 'added' | 'changed' | 'removed';
  /** Of a version that is new: the one that had most of the module's traffic. */
  readonly comparedWith?: string;
  readonly files: FileChanges;
  readonly configuration: readonly ConfigurationChange[];
  /** Present when it was stopped or started. */
  readonly servingStatus?: { readonly before: string; readonly after: string };
}

export interface TrafficDiff {
  readonly module: string;
  readonly before?: TrafficSplit;
  readonly after?: TrafficSplit;
}

export interface ReleaseDiff {
  readonly versions: readonly VersionDiff[];
  readonly traffic: readonly TrafficDiff[];
  readonly settings: readonly SettingsChange[];
}

export function releaseDiff(before: ReleaseSnapshot, after: ReleaseSnapshot): ReleaseDiff {
  const modules = [...new Set([...Object.keys(before.modules), ...Object.keys(after.modules)])].sort();
  return {
    versions: modules.flatMap((module) => moduleDiff(module, before.modules[module], after.modules[module])),
    traffic: modules.flatMap((module) => trafficDiff(module, before.modules[module], after.modules[module])),
    settings: settingsDiff(before.settings, after.settings),
  };
}

export function isEmptyDiff({ versions, traffic, settings }: ReleaseDiff): boolean {
  return versions.length === 0 && traffic.length === 0 && settings.length === 0;
}

function moduleDiff(
  module: string,
  before: ModuleSnapshot | undefined,
  after: ModuleSnapshot | undefined,
): readonly VersionDiff[] {
  const ids = [...new Set([...Object.keys(before?.versions ?? {}), ...Object.keys(after?.versions ?? {})])].sort();
  return ids.flatMap((version) => versionDiff({ module, version }, before, after) ?? []);
}

function versionDiff(
  name: { readonly module: string; readonly version: string },
  before: ModuleSnapshot | undefined,
  after: ModuleSnapshot | undefined,
): VersionDiff | undefined {
  const was = before?.versions[name.version];
  const is = after?.versions[name.version];
  if (was && !is) return { ...name, change: 'removed', files: nothing, configuration: [] };
  if (!is) return undefined;
  const former = was ? undefined : before && defaultVersionOf(before.traffic);
  const base = was ?? (former === undefined ? undefined : before?.versions[former]);
  const files = fileChanges(base, is);
  const configuration = base ? specDiff(base.spec, is.spec) : [];
  if (!was) {
    const comparedWith = base === undefined || former === undefined ? {} : { comparedWith: former };
    return { ...name, change: 'added', ...comparedWith, files, configuration };
  }
  const isMoved = was.servingStatus !== is.servingStatus;
  const isSame = files.added.length + files.changed.length + files.removed.length + configuration.length === 0;
  if (isSame && !isMoved) return undefined;
  const status = isMoved ? { servingStatus: { before: was.servingStatus, after: is.servingStatus } } : {};
  return { ...name, change: 'changed', files, configuration, ...status };
}

const nothing: FileChanges = { added: [], changed: [], removed: [] };

function fileChanges(before: VersionSnapshot | undefined, after: VersionSnapshot): FileChanges {
  const was = new Map((before?.files ?? []).map((file) => [file.path, file]));
  const is = new Map(after.files.map((file) => [file.path, file]));
  const both = after.files.flatMap((file) => {
    const former = was.get(file.path);
    return former ? [{ file, former }] : [];
  });
  return {
    added: paths([...is.keys()].filter((path) => !was.has(path))),
    changed: paths(
      both
        .filter(({ file, former }) => file.digest !== former.digest || file.isExecutable !== former.isExecutable)
        .map(({ file }) => file.path),
    ),
    removed: paths([...was.keys()].filter((path) => !is.has(path))),
  };
}

function paths(unsorted: readonly string[]): readonly string[] {
  return [...unsorted].sort();
}

function trafficDiff(
  module: string,
  before: ModuleSnapshot | undefined,
  after: ModuleSnapshot | undefined,
): readonly TrafficDiff[] {
  const key = (split: TrafficSplit | undefined) =>
    split && `${split.shardBy} ${Object.entries(split.allocations).sort().join(' ')}`;
  if (key(before?.traffic) === key(after?.traffic)) return [];
  return [
    {
      module,
      ...(before === undefined ? {} : { before: before.traffic }),
      ...(after === undefined ? {} : { after: after.traffic }),
    },
  ];
}
