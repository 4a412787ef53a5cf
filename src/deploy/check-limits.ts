/** An application may not grow beyond its profile's limits: found out before anything is sent. */
import type { Backend } from '../backend/backend.ts';
import { failure } from '../errors.ts';
import type { Application } from '../model/application.ts';
import type { Diagnostic, Place } from '../model/diagnostic.ts';
import { countedApplication, type LimitExcess, limitExcess, withUploads } from '../model/limit-excess.ts';
import { DEFAULT_PROFILE, type Profile } from '../model/profile.ts';
import type { DescribedModule } from './deploy-sources.ts';
import type { DeployIntent } from './intent.ts';

/** @throws AppcfgError `release.limit` with the line to change where one is known; nothing was sent */
export function checkLimits(intent: DeployIntent, current: Application | undefined, backend: Backend): void {
  const profile = profileOf(current, backend);
  if (profile === undefined) return;
  const before = countedApplication(current);
  const uploads = intent.modules.map(({ module, version, spec }) => ({ module, version, scaling: spec.scaling }));
  const excess = limitExcess(profile, before, withUploads(before, uploads, intent.settings.cron?.length));
  if (!excess) return;
  const diagnostics = diagnosticsOf(excess, intent, current, profile);
  throw failure('release.limit', { application: intent.application, profile, ...excess, diagnostics });
}

/** undefined where the backend has limits of its own. */
function profileOf(current: Application | undefined, backend: Backend): Profile | undefined {
  if (current !== undefined) return current.profile;
  return backend.usage === undefined ? undefined : DEFAULT_PROFILE;
}

function diagnosticsOf(
  excess: LimitExcess,
  intent: DeployIntent,
  current: Application | undefined,
  profile: Profile,
): readonly Diagnostic[] {
  const { what, count, limit } = excess;
  const message = `${count} ${what} are more than the ${limit} that the profile ${profile} allows.`;
  const at = (file: string, place: Place | undefined): readonly Diagnostic[] => [
    { severity: 'error', code: 'over-limit', file, ...(place ?? { line: 1, column: 1, path: '' }), message },
  ];
  if (what === 'cron jobs') return at(intent.settingsFiles?.cron ?? 'cron.yaml', undefined);
  const module = moduleToBlame(excess, intent, current);
  if (!module) return [];
  return at(module.file, module.places?.[placeOf[what]]);
}

const placeOf = { modules: 'module', versions: 'version', instances: 'instances' } as const;

/** The last one that is new: without it there would be one fewer. */
function moduleToBlame(
  { what, module, version }: LimitExcess,
  { modules }: DeployIntent,
  current: Application | undefined,
): DescribedModule | undefined {
  if (what === 'instances') return modules.find((wanted) => wanted.module === module && wanted.version === version);
  return modules.findLast((wanted) => {
    const live = current?.modules.find(({ name }) => name === wanted.module);
    return !live || (what === 'versions' && !live.versions.some(({ id }) => id === wanted.version));
  });
}
