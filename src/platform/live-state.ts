/** What is live of one application, and the pure functions that change it. */
import type { Ingress } from '../model/application.ts';
import { DEFAULT_MODULE } from '../model/names.ts';
import type { ReleaseRequest } from '../model/release.ts';
import { emptySettings, type Settings } from '../model/settings.ts';
import type { TrafficSplit } from '../model/traffic.ts';
import type { SecretBindings } from './secrets/secret-bindings.ts';

export interface LiveVersion {
  readonly deploymentId: string;
  readonly servingStatus: 'serving' | 'stopped';
  /** Manual scaling: what set-num-instances asked for. */
  readonly instances?: number;
}

export interface LiveModule {
  readonly split: TrafficSplit;
  /** Absent: everybody. */
  readonly ingress?: Ingress;
  readonly versions: Readonly<Record<string, LiveVersion>>;
}

export interface LiveState {
  readonly modules: Readonly<Record<string, LiveModule>>;
  readonly settings: Settings;
  /** Name -> version of the value that what is deployed gets. */
  readonly secrets?: SecretBindings;
}

export const emptyLiveState: LiveState = { modules: {}, settings: emptySettings };

/** The state after a release: uploads replace or add versions, then traffic, settings and stops apply. */
export function applyRelease(
  live: LiveState,
  request: ReleaseRequest,
  deploymentIdOf: (module: string, version: string) => string,
): LiveState {
  let next = live;
  for (const upload of request.uploads) {
    const version = { deploymentId: deploymentIdOf(upload.module, upload.version), servingStatus: 'serving' } as const;
    next = putVersion(next, upload.module, upload.version, version);
  }
  next = applyTraffic(next, request.traffic);
  for (const { module, version } of request.stop) {
    next = changeVersion(next, module, version, (live) => ({ ...live, servingStatus: 'stopped' }));
  }
  return { ...next, settings: { ...next.settings, ...request.settings } };
}

export function applyTraffic(live: LiveState, splits: Readonly<Record<string, TrafficSplit>>): LiveState {
  const modules = { ...live.modules };
  for (const [name, split] of Object.entries(splits)) {
    const module = liveModule(live, name);
    if (module) modules[name] = { ...module, split };
  }
  return { ...live, modules };
}

export function changeVersion(
  live: LiveState,
  module: string,
  version: string,
  change: (version: LiveVersion) => LiveVersion,
): LiveState {
  const current = liveVersion(live, module, version);
  return current ? putVersion(live, module, version, change(current)) : live;
}

/** Without the version; a module whose last version goes is gone with it. */
export function removeVersion(live: LiveState, module: string, version: string): LiveState {
  const current = liveModule(live, module);
  if (!current) return live;
  const { [version]: _removed, ...versions } = current.versions;
  const { [module]: _module, ...others } = live.modules;
  if (Object.keys(versions).length === 0) return { ...live, modules: others };
  const { [version]: _share, ...allocations } = current.split.allocations;
  return {
    ...live,
    modules: { ...others, [module]: { ...current, versions, split: { ...current.split, allocations } } },
  };
}

export function applyIngress(live: LiveState, module: string, ingress: Ingress): LiveState {
  const current = liveModule(live, module);
  return current ? { ...live, modules: { ...live.modules, [module]: { ...current, ingress } } } : live;
}

export function removeModule(live: LiveState, module: string): LiveState {
  const { [module]: _removed, ...modules } = live.modules;
  return { ...live, modules };
}

/** By a name that may come from anywhere: every object has a `constructor`. */
export function liveModule(live: LiveState, module: string): LiveModule | undefined {
  return Object.hasOwn(live.modules, module) ? live.modules[module] : undefined;
}

export function liveVersion(live: LiveState, module: string, version: string): LiveVersion | undefined {
  const versions = liveModule(live, module)?.versions ?? {};
  return Object.hasOwn(versions, version) ? versions[version] : undefined;
}

/** Every deployment id that is live. */
export function liveDeploymentIds(live: LiveState): readonly string[] {
  return Object.values(live.modules).flatMap((module) => Object.values(module.versions).map((v) => v.deploymentId));
}

/** The default module first, the others by name: the order people see everywhere. */
export function moduleNames(live: LiveState): readonly string[] {
  const names = Object.keys(live.modules).sort();
  return names.includes(DEFAULT_MODULE) ? [DEFAULT_MODULE, ...names.filter((name) => name !== DEFAULT_MODULE)] : names;
}

function putVersion(live: LiveState, module: string, version: string, value: LiveVersion): LiveState {
  const current = liveModule(live, module);
  const versions = { ...current?.versions, [version]: value };
  const split = current?.split ?? { shardBy: 'ip', allocations: { [version]: 1 } };
  return { ...live, modules: { ...live.modules, [module]: { ...current, split, versions } } };
}
