/** What changes between releases: traffic, start and stop, instances, deletion, settings. */
import type { VersionName } from '../../backend/call-options.ts';
import { failure } from '../../errors.ts';
import { DEFAULT_MODULE } from '../../model/names.ts';
import type { OperationKind } from '../../model/operation.ts';
import { trafficProblem } from '../../model/release-problems.ts';
import type { DispatchRule, Settings, SettingsKind } from '../../model/settings.ts';
import { receivesTraffic, type TrafficSplit } from '../../model/traffic.ts';
import type { VersionResource } from './api-types.ts';
import type { Action, Snapshot, Stage } from './journal-state.ts';
import type { LiveApplication } from './live-application.ts';
import { trafficActions } from './plan-release.ts';
import type { ChangeParts, ChangeRequest } from './run-change.ts';

export function trafficChange(
  { context }: ChangeParts,
  application: string,
  splits: Readonly<Record<string, TrafficSplit>>,
): ChangeRequest {
  return {
    application,
    createdBy: context.createdBy,
    kind: 'traffic',
    content: { splits },
    plan: async (_home, live) => {
      for (const [module, { allocations }] of Object.entries(splits)) {
        for (const version of Object.keys(allocations)) requireVersion(live, { application, module, version });
      }
      const reason = trafficProblem(splits, () => true);
      if (reason) throw failure('release.invalid', { application, reason });
      return planOf({ name: 'traffic', actions: trafficActions(splits, live.snapshot) });
    },
  };
}

export function statusChange(parts: ChangeParts, name: VersionName, status: 'serving' | 'stopped'): ChangeRequest {
  const { module, version } = name;
  const actionOf = (found: VersionResource): Action => {
    const isFlexible = found.env === 'flexible' || found.env === 'flex';
    const isAutomatic = !found.manualScaling && !found.basicScaling;
    const action = status === 'serving' ? 'started' : 'stopped';
    if (isAutomatic && !isFlexible) throw failure('version.automatic', { module, version, action });
    return { do: 'status', module, version, status };
  };
  return versionChange(parts, name, status === 'serving' ? 'start' : 'stop', { actionOf });
}

export function instancesChange(parts: ChangeParts, name: VersionName, instances: number): ChangeRequest {
  const { module, version } = name;
  const actionOf = (found: VersionResource): Action => {
    const scaling = found.manualScaling ? 'manual' : found.basicScaling ? 'basic' : 'automatic';
    if (scaling !== 'manual') throw failure('version.not-manual', { module, version, scaling });
    return { do: 'scale', module, version, instances };
  };
  return versionChange(parts, name, 'scale', { actionOf, detail: instances });
}

export function deletionChange(parts: ChangeParts, name: VersionName): ChangeRequest {
  const { module, version } = name;
  const actionOf = (_found: VersionResource, { modules }: Snapshot): Action => {
    const others = Object.keys(modules[module]?.versions ?? {}).length - 1;
    if (others === 0 && module === DEFAULT_MODULE) throw failure('version.last-of-default', { version });
    const traffic = modules[module]?.traffic;
    if (others > 0 && traffic && receivesTraffic(traffic, version))
      throw failure('version.has-traffic', { module, version });
    return { do: 'delete', module, version };
  };
  return versionChange(parts, name, 'delete', { actionOf });
}

export function settingsChange<K extends SettingsKind>(
  { context }: ChangeParts,
  application: string,
  [kind, value]: readonly [K, Settings[K]],
): ChangeRequest {
  return {
    application,
    createdBy: context.createdBy,
    kind: 'settings',
    content: { kind, value },
    plan: async (_home, { snapshot }) => {
      const rules = kind === 'dispatch' ? (value as readonly DispatchRule[]) : [];
      const stray = rules.find((rule) => !snapshot.modules[rule.module]);
      if (stray) throw failure('deploy.dispatch-target-missing', { module: stray.module, url: stray.url });
      const before = { [kind]: snapshot.settings[kind] };
      return planOf({ name: 'settings', actions: [{ do: 'settings', kind, value: { [kind]: value }, before }] });
    },
  };
}

interface VersionAction {
  /** What tells two requests of the same kind apart. */
  readonly detail?: number | undefined;
  readonly actionOf: (version: VersionResource, snapshot: Snapshot) => Action;
}

function versionChange(
  { context }: ChangeParts,
  name: VersionName,
  kind: OperationKind,
  { actionOf, detail }: VersionAction,
): ChangeRequest {
  const { application, module, version } = name;
  return {
    application,
    createdBy: context.createdBy,
    kind,
    target: { module, version },
    content: { name, kind, detail },
    plan: async (_home, live) =>
      planOf({ name: 'prepare', actions: [actionOf(requireVersion(live, name), live.snapshot)] }),
  };
}

function planOf(stage: Stage) {
  return { plan: { stages: stage.actions.length === 0 ? [] : [stage] } };
}

/** @throws AppcfgError `module.not-found`, `version.not-found` */
export function requireVersion({ services }: LiveApplication, name: VersionName): VersionResource {
  const { application, module, version } = name;
  const found = services.find(({ service }) => service.id === module);
  if (!found) {
    throw failure('module.not-found', { application, module, known: services.map(({ service }) => service.id) });
  }
  const wanted = found.versions.find(({ id }) => id === version);
  if (wanted) return wanted;
  throw failure('version.not-found', { ...name, known: found.versions.map(({ id }) => id) });
}
