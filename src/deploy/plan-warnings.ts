/** What a plan does that its reader may not expect. Pure. */
import type { BackendLimit, LimitedPlan } from '../backend/backend.ts';
import { type Application, findModule, findVersion } from '../model/application.ts';
import { defaultVersionOf } from '../model/traffic.ts';
import type { Change, PlannedModule, PlanWarning } from './deploy-plan.ts';

export function planWarnings(
  modules: readonly PlannedModule[],
  current: Application | undefined,
): readonly PlanWarning[] {
  return modules.flatMap((module) => [...stoppedWarning(module, current), ...trafficWarning(module, current)]);
}

function stoppedWarning(planned: PlannedModule, current: Application | undefined): readonly PlanWarning[] {
  const { module, version } = planned.packaged;
  const live = findVersion(findModule(current, module), version);
  if (planned.outcome !== 'unchanged' || live?.servingStatus !== 'stopped') return [];
  const start = `appcfg start -A ${current?.id} -M ${module} -V ${version}`;
  return [{ code: 'version-stopped', message: `${module}:${version} is unchanged and stopped. To start it: ${start}` }];
}

function trafficWarning(planned: PlannedModule, current: Application | undefined): readonly PlanWarning[] {
  const { module, version } = planned.packaged;
  const live = findModule(current, module);
  if (planned.receivesTraffic || !live) return [];
  const serving = defaultVersionOf(live.traffic);
  const move = `appcfg set-default-version -A ${current?.id} -M ${module} -V ${version}`;
  const message = `${module}:${version} takes no traffic, ${serving} keeps it. To move it: ${move} (or deploy with --promote)`;
  return [{ code: 'no-traffic', message }];
}

/** What the backend is known to do otherwise, as far as it matters to these changes. */
export function limitWarnings(changes: readonly Change[], limits: readonly BackendLimit[]): readonly PlanWarning[] {
  const versions = changes.flatMap((change) => {
    if (change.kind !== 'create-version' && change.kind !== 'replace-version') return [];
    const isReplaced = change.kind === 'replace-version';
    return [{ module: change.packaged.module, isReplaced, isServing: isReplaced && change.isServing }];
  });
  const facts: LimitedPlan = {
    versions,
    movedModules: changes.flatMap((change) => (change.kind === 'set-traffic' ? [change.module] : [])),
    hasSettings: changes.some(({ kind }) => kind === 'replace-settings'),
  };
  return limits.filter(({ appliesTo }) => appliesTo?.(facts) ?? true).map(({ code, message }) => ({ code, message }));
}
