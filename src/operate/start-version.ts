/** Starts and stops all instances of a version (manual and basic scaling). */
import type { VersionName } from '../backend/call-options.ts';
import { failure } from '../errors.ts';
import type { ServingStatus, Version } from '../model/application.ts';
import { applyChange } from './apply-change.ts';
import { describeApplication, requireVersion } from './describe-application.ts';
import type { ChangeResult, OperateContext } from './operate-context.ts';

export interface ServingRequest extends VersionName {
  readonly isDryRun: boolean;
}

export interface VersionChange extends ChangeResult {
  readonly module: string;
  readonly version: string;
}

/**
 * All of them are checked before the first one is changed.
 * @throws AppcfgError `version.automatic`, `module.not-found`, `version.not-found`
 */
export async function setServingStatus(
  context: OperateContext,
  versions: readonly VersionName[],
  how: { readonly status: ServingStatus; readonly isDryRun: boolean },
): Promise<readonly VersionChange[]> {
  const planned: VersionChange[] = [];
  for (const name of versions)
    planned.push({ ...name, ...(await setServing(context, { ...name, isDryRun: true }, how.status)) });
  if (how.isDryRun) return planned;
  const changes: VersionChange[] = [];
  for (const name of versions)
    changes.push({ ...name, ...(await setServing(context, { ...name, isDryRun: false }, how.status)) });
  return changes;
}

/** @throws AppcfgError `version.automatic`, `module.not-found`, `version.not-found` */
export function startVersion(context: OperateContext, request: ServingRequest): Promise<ChangeResult> {
  return setServing(context, request, 'serving');
}

/** @throws AppcfgError `version.automatic`, `module.not-found`, `version.not-found` */
export function stopVersion(context: OperateContext, request: ServingRequest): Promise<ChangeResult> {
  return setServing(context, request, 'stopped');
}

async function setServing(
  context: OperateContext,
  request: ServingRequest,
  status: ServingStatus,
): Promise<ChangeResult> {
  const { application, module, version, isDryRun } = request;
  const live = requireVersion(await describeApplication(context, application), module, version);
  const isStart = status === 'serving';
  if (live.spec.scaling.type === 'automatic') {
    throw failure('version.automatic', { module, version, action: isStart ? 'started' : 'stopped' });
  }
  const plan =
    live.servingStatus === status ? [] : [`${isStart ? 'start' : 'stop'} ${module}:${version} (${extent(live)})`];
  return applyChange(context, {
    application,
    what: `${module}:${version} was ${isStart ? 'starting' : 'stopping'}`,
    plan,
    isDryRun,
    run: (options) => context.backend.versions.setServingStatus({ application, module, version }, status, options),
  });
}

function extent({ spec, instancesOverride }: Version): string {
  if (spec.scaling.type !== 'manual') return `${spec.scaling.type} scaling`;
  const instances = instancesOverride ?? spec.scaling.instances;
  return `${instances} ${instances === 1 ? 'instance' : 'instances'}`;
}
