/** Why a saved plan can no longer be carried out: what moved on the backend, and what changed on this machine. Pure. */
import { differenceLines, moduleDifferences } from '../backend/live-differences.ts';
import type { Application } from '../model/application.ts';
import { moduleOutlines } from '../model/live-outline.ts';
import { manifestText } from '../model/manifest.ts';
import type { Operation } from '../model/operation.ts';
import { emptySettings } from '../model/settings.ts';
import type { DeployPlan } from './deploy-plan.ts';
import type { PackagedModule } from './package-modules.ts';
import { planLines } from './plan-lines.ts';
import { plannedSettings, settingsDigests } from './save-plan.ts';
import type { SavedPlan } from './saved-plan.ts';

/** As many as a person reads. */
const MOST_FILES = 10;
const MOST_OPERATIONS = 10;

/** What is live now and was not when the plan was made, or the reverse; empty when the plan still fits. */
export function movedSince({ base }: SavedPlan, current: Application | undefined): readonly string[] {
  const settings = settingsDigests(current?.settings ?? emptySettings);
  const lines = [
    ...moduleDifferences(base.modules, current ? moduleOutlines(current) : {}).flatMap(differenceLines),
    ...Object.keys(settings)
      .filter((kind) => settings[kind] !== base.settings[kind])
      .map((kind) => `${kind} changed`),
  ];
  const [before, now] = [base.release ?? 'none', current?.currentRelease ?? 'none'];
  if (before !== now) lines.push(`release ${now} is live (was ${before})`);
  if (lines.length === 0 && base.stateDigest !== current?.stateDigest) lines.push('its state is another one');
  return lines;
}

/** Who did it, newest first: what ended well after the newest operation that the plan knows. */
export function operationsSince({ base }: SavedPlan, operations: readonly Operation[]): readonly string[] {
  const known = operations.findIndex(({ id }) => id === base.lastOperation);
  return operations
    .slice(0, known === -1 ? operations.length : known)
    .filter(({ state }) => state === 'done')
    .slice(0, MOST_OPERATIONS)
    .map(({ id, kind, createdBy, createdAt }) => `${kind} by ${createdBy} at ${createdAt} (operation ${id})`);
}

/** How the files of this machine differ from those that were planned with. */
export function changedLocally(saved: SavedPlan, plan: DeployPlan): readonly string[] {
  const found = new Map(plan.modules.map(({ packaged }) => [nameOf(packaged), packaged]));
  const planned = new Set(saved.modules.map(nameOf));
  return [
    ...saved.modules.flatMap((module) => moduleLines(module, found.get(nameOf(module)), saved)),
    ...[...found.keys()].filter((name) => !planned.has(name)).map((name) => `${name} was not in the plan`),
    ...settingsLines(saved, plan),
  ];
}

/** Whether the same files against the same state still mean the same changes. */
export function plansTheSame(saved: SavedPlan, plan: DeployPlan): boolean {
  return saved.changes.join('\n') === planLines(plan).join('\n');
}

function moduleLines(
  planned: SavedPlan['modules'][number],
  now: PackagedModule | undefined,
  saved: SavedPlan,
): readonly string[] {
  if (!now) return [`${nameOf(planned)} is no longer described by ${planned.file}`];
  const configuration =
    now.specDigest === planned.specDigest
      ? []
      : [`the configuration of ${nameOf(planned)} (${now.file}) is another one`];
  if (now.manifestDigest === planned.manifestDigest) return configuration;
  const before = filesByPath(saved.trees[planned.manifestDigest] ?? []);
  const after = filesByPath(manifestText(now.manifest).split('\n').filter(Boolean));
  const paths = [...new Set([...before.keys(), ...after.keys()])].filter(
    (path) => before.get(path) !== after.get(path),
  );
  const shown = paths.slice(0, MOST_FILES).join(', ');
  const more = paths.length > MOST_FILES ? ` and ${paths.length - MOST_FILES} more` : '';
  return [...configuration, `files of ${nameOf(planned)} changed: ${shown}${more}`];
}

function settingsLines(saved: SavedPlan, plan: DeployPlan): readonly string[] {
  const now = plannedSettings(plan);
  const kinds = [...new Set([...Object.keys(saved.settings), ...Object.keys(now)])];
  return kinds.filter((kind) => saved.settings[kind] !== now[kind]).map((kind) => `${kind}.yaml is another one`);
}

/** Path -> everything else of its line. */
function filesByPath(lines: readonly string[]): ReadonlyMap<string, string> {
  return new Map(
    lines.map((line): [string, string] => {
      const path = line.split(' ').slice(3).join(' ');
      return [path, line.slice(0, line.length - path.length)];
    }),
  );
}

function nameOf({ module, version }: { readonly module: string; readonly version: string }): string {
  return `${module}:${version}`;
}
