/** Versions, traffic and settings of the memory backend, one by one. */
import type { SettingsRole, TrafficRole, VersionsRole } from '../../backend/backend.ts';
import type { VersionName, WatchOptions } from '../../backend/call-options.ts';
import { failure } from '../../errors.ts';
import { DEFAULT_MODULE } from '../../model/names.ts';
import type { Operation, OperationKind } from '../../model/operation.ts';
import { trafficProblem } from '../../model/release-problems.ts';
import { receivesTraffic } from '../../model/traffic.ts';
import type { MemoryParts } from './memory-releases.ts';
import { type MemoryLive, type MemoryVersion, putTraffic, putVersion, removeVersion } from './memory-state.ts';
import type { MemoryStore } from './memory-store.ts';

export function memoryVersions(parts: MemoryParts): VersionsRole {
  const change = (
    kind: OperationKind,
    name: VersionName,
    edit: (version: MemoryVersion) => MemoryVersion,
    options?: WatchOptions,
  ) => {
    parts.store.requireVersion(name);
    return changeLive(parts, kind, name.application, options, (live) =>
      putVersion(live, name.module, name.version, edit(parts.store.requireVersion(name))),
    );
  };
  return {
    setServingStatus: async (name, status, options) =>
      change(
        status === 'serving' ? 'start' : 'stop',
        name,
        (version) => {
          refuseAutomatic(name, version, status === 'serving' ? 'started' : 'stopped');
          return { ...version, servingStatus: status };
        },
        options,
      ),
    setInstances: async (name, instances, options) =>
      change(
        'scale',
        name,
        (version) => ({ ...refuseUnlessManual(name, version), instancesOverride: instances }),
        options,
      ),
    delete: async (name, options) => {
      parts.store.requireVersion(name);
      return changeLive(parts, 'delete', name.application, options, (live) => {
        const value = parts.store.requireVersion(name);
        refuseDeletion(live, name);
        refusePinned(parts.store, name, value.deploymentId);
        return removeVersion(live, name.module, name.version);
      });
    },
  };
}

export function memoryTraffic(parts: MemoryParts): TrafficRole {
  return {
    set: async (application, splits, options) => {
      parts.store.require(application);
      return changeLive(parts, 'traffic', application, options, (live) => {
        for (const [module, { allocations }] of Object.entries(splits)) {
          for (const version of Object.keys(allocations)) parts.store.requireVersion({ application, module, version });
        }
        const reason = trafficProblem(splits, () => true);
        if (reason) throw failure('release.invalid', { application, reason });
        return putTraffic(live, splits);
      });
    },
  };
}

export function memorySettings(parts: MemoryParts): SettingsRole {
  return {
    replace: async (application, kind, value, options) => {
      const { modules } = parts.store.require(application).live;
      const stray =
        kind === 'dispatch'
          ? (value as MemoryLive['settings']['dispatch']).find((rule) => !modules[rule.module])
          : undefined;
      if (stray) throw failure('deploy.dispatch-target-missing', { module: stray.module, url: stray.url });
      await changeLive(parts, 'settings', application, options, (live) => ({
        ...live,
        settings: { ...live.settings, [kind]: value },
      }));
    },
  };
}

function changeLive(
  { store, operations, createdBy }: MemoryParts,
  kind: OperationKind,
  application: string,
  options: WatchOptions | undefined,
  edit: (live: MemoryLive) => MemoryLive,
): Promise<Operation> {
  const work = async () => {
    store.setLive(application, edit(store.require(application).live));
    return store.require(application).releases.at(-1)?.id;
  };
  return operations.run({ kind, application, createdBy, work }, options);
}

function refuseAutomatic({ module, version }: VersionName, { spec }: MemoryVersion, action: string): void {
  if (spec.scaling.type === 'automatic') throw failure('version.automatic', { module, version, action });
}

function refuseUnlessManual({ module, version }: VersionName, stored: MemoryVersion): MemoryVersion {
  const scaling = stored.spec.scaling.type;
  if (scaling !== 'manual') throw failure('version.not-manual', { module, version, scaling });
  return stored;
}

function refuseDeletion(live: MemoryLive, { module, version }: VersionName): void {
  const found = live.modules[module];
  const others = Object.keys(found?.versions ?? {}).length - 1;
  if (others === 0 && module === DEFAULT_MODULE) throw failure('version.last-of-default', { version });
  if (others > 0 && found && receivesTraffic(found.traffic, version))
    throw failure('version.has-traffic', { module, version });
}

function refusePinned(store: MemoryStore, { application, module, version }: VersionName, deploymentId: string): void {
  const releases = store
    .require(application)
    .releases.filter(({ pin, live }) => pin && live.modules[module]?.versions[version]?.deploymentId === deploymentId)
    .map(({ id }) => id);
  if (releases.length > 0) throw failure('version.pinned', { application, module, version, releases });
}
