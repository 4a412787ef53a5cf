/** How two live states of an application differ, one entry a difference. Pure. */
import type { Ingress, ModuleOutline, ModuleOutlines, ServingStatus, VersionOutline } from '../model/application.ts';
import { type Settings, type SettingsKind, settingsKinds } from '../model/settings.ts';
import { splitText, type TrafficSplit } from '../model/traffic.ts';
import { canonicalJson } from '../support/canonical-json.ts';
import { type SettingsEntryChange, settingsChanges, settingsLine } from './settings-changes.ts';

interface OfVersion {
  readonly module: string;
  readonly version: string;
}

export type LiveDifference =
  | { readonly kind: 'module-added' | 'module-removed'; readonly module: string }
  | ({ readonly kind: 'version-added' | 'version-removed' | 'version-replaced' } & OfVersion)
  | ({ readonly kind: 'serving-status'; readonly before: ServingStatus; readonly after: ServingStatus } & OfVersion)
  /** undefined: as the file says. */
  | ({
      readonly kind: 'instances';
      readonly before: number | undefined;
      readonly after: number | undefined;
    } & OfVersion)
  | {
      readonly kind: 'traffic';
      readonly module: string;
      readonly before: TrafficSplit;
      readonly after: TrafficSplit;
    }
  | { readonly kind: 'ingress'; readonly module: string; readonly before: Ingress; readonly after: Ingress }
  | {
      readonly kind: 'settings';
      readonly settings: SettingsKind;
      readonly entries: readonly SettingsEntryChange[];
    };

export function moduleDifferences(before: ModuleOutlines, after: ModuleOutlines): readonly LiveDifference[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return names.flatMap((module): readonly LiveDifference[] => {
    const [old, now] = [before[module], after[module]];
    if (!now) return [{ kind: 'module-removed', module }];
    return old ? differencesOf(module, old, now) : [{ kind: 'module-added', module }];
  });
}

export function settingsDifferences(before: Settings, after: Settings): readonly LiveDifference[] {
  return settingsKinds.flatMap((settings): readonly LiveDifference[] => {
    const entries = settingsChanges(settings, before[settings], after[settings]);
    return entries.length === 0 ? [] : [{ kind: 'settings', settings, entries }];
  });
}

/** For people: `traffic of default: all to uno (was all to dos)`. */
export function differenceLines(difference: LiveDifference): readonly string[] {
  switch (difference.kind) {
    case 'module-added':
      return [`module ${difference.module} was added`];
    case 'module-removed':
      return [`module ${difference.module} was deleted`];
    case 'version-added':
      return [`${nameOf(difference)} was added`];
    case 'version-removed':
      return [`${nameOf(difference)} was deleted`];
    case 'version-replaced':
      return [`${nameOf(difference)} was deployed again`];
    case 'serving-status':
      return [`${nameOf(difference)} was ${difference.after === 'serving' ? 'started' : 'stopped'}`];
    case 'instances':
      return [
        `instances of ${nameOf(difference)}: ${difference.after ?? 'as its file says'} (was ${difference.before ?? 'as its file says'})`,
      ];
    case 'traffic':
      return [`traffic of ${difference.module}: ${splitText(difference.after)} (was ${splitText(difference.before)})`];
    case 'ingress':
      return [`ingress of ${difference.module}: ${difference.after} (was ${difference.before})`];
    case 'settings':
      return difference.entries.map((entry) => settingsLine(difference.settings, entry));
  }
}

function differencesOf(module: string, old: ModuleOutline, now: ModuleOutline): readonly LiveDifference[] {
  const ids = [...new Set([...Object.keys(old.versions), ...Object.keys(now.versions)])];
  const versions = ids.flatMap((version) =>
    versionDifferences({ module, version }, old.versions[version], now.versions[version]),
  );
  const hasMoved = canonicalJson(old.split) !== canonicalJson(now.split);
  const [before, after] = [old.ingress ?? 'all', now.ingress ?? 'all'];
  return [
    ...versions,
    ...(hasMoved ? [{ kind: 'traffic', module, before: old.split, after: now.split } as const] : []),
    ...(before === after ? [] : [{ kind: 'ingress', module, before, after } as const]),
  ];
}

function versionDifferences(
  name: OfVersion,
  old: VersionOutline | undefined,
  now: VersionOutline | undefined,
): readonly LiveDifference[] {
  if (!now) return [{ kind: 'version-removed', ...name }];
  if (!old) return [{ kind: 'version-added', ...name }];
  const found: LiveDifference[] = [];
  if (old.deploymentId !== now.deploymentId) found.push({ kind: 'version-replaced', ...name });
  if (old.servingStatus !== now.servingStatus) {
    found.push({ kind: 'serving-status', ...name, before: old.servingStatus, after: now.servingStatus });
  }
  if (old.instances !== now.instances) {
    found.push({ kind: 'instances', ...name, before: old.instances, after: now.instances });
  }
  return found;
}

function nameOf({ module, version }: OfVersion): string {
  return `${module}:${version}`;
}
