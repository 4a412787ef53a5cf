/** Desired state minus current state. Pure: no clock, no I/O, no randomness. */

import type { BackendLimit } from '../backend/backend.ts';
import { mergedSettings, settingsChanges } from '../backend/settings-changes.ts';
import { type Application, findModule, findVersion } from '../model/application.ts';
import { emptySettings, type Settings, type SettingsKind, settingsKinds } from '../model/settings.ts';
import { allTrafficTo, receivesTraffic, type TrafficSplit } from '../model/traffic.ts';
import { canonicalJson } from '../support/canonical-json.ts';
import type { Change, DeployPlan, PlannedModule, PlannedOutcome } from './deploy-plan.ts';
import type { DeployIntent } from './intent.ts';
import type { PackagedApplication, PackagedModule } from './package-modules.ts';
import { limitWarnings, planWarnings } from './plan-warnings.ts';

/** @param limits what the backend does otherwise; what concerns the plan becomes a warning of it */
export function planDeploy(
  packaged: PackagedApplication,
  current: Application | undefined,
  limits: readonly BackendLimit[] = [],
): DeployPlan {
  const { intent } = packaged;
  const splits = splitsAfter(intent, current);
  const modules = packaged.modules.map((module): PlannedModule => {
    const split = splits.get(module.module);
    return {
      packaged: module,
      outcome: outcomeOf(module, current),
      receivesTraffic: split !== undefined && receivesTraffic(split, module.version),
    };
  });
  const changes = [
    ...modules.map((module) => versionChange(module, current)),
    ...trafficChanges(splits, current),
    ...allSettingsChanges(intent.settings, current?.settings ?? emptySettings),
    ...stopChanges(intent, splits, current),
  ];
  return {
    application: intent.application,
    ...(current === undefined ? {} : { current }),
    modules,
    changes,
    warnings: [...planWarnings(modules, current), ...limitWarnings(changes, limits)],
    createdBy: intent.createdBy,
    ...(intent.message === undefined ? {} : { message: intent.message }),
  };
}

function outcomeOf(module: PackagedModule, current: Application | undefined): PlannedOutcome {
  const live = findVersion(findModule(current, module.module), module.version);
  if (!live) return 'created';
  const isSame = live.specDigest === module.specDigest && live.manifestDigest === module.manifestDigest;
  return isSame && !live.isDamaged && !live.awaitsSecrets ? 'unchanged' : 'replaced';
}

function versionChange({ packaged, outcome }: PlannedModule, current: Application | undefined): Change {
  const { module, version } = packaged;
  switch (outcome) {
    case 'created':
      return { kind: 'create-version', packaged };
    case 'unchanged':
      return { kind: 'keep-version', module, version };
    case 'replaced': {
      const split = findModule(current, module)?.traffic;
      return { kind: 'replace-version', packaged, isServing: split !== undefined && receivesTraffic(split, version) };
    }
  }
}

/** Every deployed module's split once the plan is applied: a module without one gives all to its first version. */
function splitsAfter(intent: DeployIntent, current: Application | undefined): ReadonlyMap<string, TrafficSplit> {
  const splits = new Map<string, TrafficSplit>();
  for (const { module, version } of intent.modules) {
    const before = splits.get(module) ?? liveSplit(current, module);
    const isAllItsOwn = before !== undefined && before.allocations[version] === 1;
    const takesAll = before === undefined || (intent.promotes && !isAllItsOwn);
    splits.set(module, takesAll ? allTrafficTo(version) : before);
  }
  return splits;
}

function liveSplit(current: Application | undefined, module: string): TrafficSplit | undefined {
  const split = findModule(current, module)?.traffic;
  return split && Object.keys(split.allocations).length > 0 ? split : undefined;
}

function trafficChanges(
  splits: ReadonlyMap<string, TrafficSplit>,
  current: Application | undefined,
): readonly Change[] {
  return [...splits].flatMap(([module, after]): readonly Change[] => {
    const before = liveSplit(current, module);
    if (before && canonicalJson(before) === canonicalJson(after)) return [];
    return [{ kind: 'set-traffic', module, ...(before === undefined ? {} : { before }), after }];
  });
}

function allSettingsChanges(wanted: Partial<Settings>, current: Settings): readonly Change[] {
  return settingsKinds.flatMap((kind) => settingsChange(kind, wanted[kind], current[kind]));
}

function settingsChange<K extends SettingsKind>(
  kind: K,
  file: Settings[K] | undefined,
  before: Settings[K],
): readonly Change[] {
  if (file === undefined) return [];
  const value = mergedSettings(kind, before, file);
  const entries = settingsChanges(kind, before, value);
  return entries.length === 0 ? [] : [{ kind: 'replace-settings', settings: kind, value: { [kind]: value }, entries }];
}

/** gcloud's --stop-previous-version: only a version that had all traffic, serves, and does not scale by itself. */
function stopChanges(
  intent: DeployIntent,
  splits: ReadonlyMap<string, TrafficSplit>,
  current: Application | undefined,
): readonly Change[] {
  if (!intent.stopsPrevious) return [];
  return [...splits].flatMap(([module, after]): readonly Change[] => {
    const live = findModule(current, module);
    const previous = live?.versions.find((version) => live.traffic.allocations[version.id] === 1);
    if (!previous || receivesTraffic(after, previous.id)) return [];
    if (previous.servingStatus !== 'serving' || previous.spec.scaling.type === 'automatic') return [];
    const isDeployed = intent.modules.some((wanted) => wanted.module === module && wanted.version === previous.id);
    return isDeployed ? [] : [{ kind: 'stop-version', module, version: previous.id }];
  });
}
