/** Sets the number of instances of a version with manual scaling; those that run are not disturbed. */
import type { VersionName } from '../backend/call-options.ts';
import { failure } from '../errors.ts';
import { applyChange } from './apply-change.ts';
import { describeApplication, requireVersion } from './describe-application.ts';
import type { ChangeResult, OperateContext } from './operate-context.ts';

export interface SetInstancesRequest extends VersionName {
  readonly instances: number;
  readonly isDryRun: boolean;
}

/** @throws AppcfgError `instances.invalid`, `version.not-manual`, `module.not-found`, `version.not-found` */
export async function setInstances(context: OperateContext, request: SetInstancesRequest): Promise<ChangeResult> {
  const { application, module, version, instances, isDryRun } = request;
  if (!Number.isSafeInteger(instances) || instances < 1) throw failure('instances.invalid', { instances });
  const { spec, instancesOverride } = requireVersion(await describeApplication(context, application), module, version);
  const { scaling } = spec;
  if (scaling.type !== 'manual') throw failure('version.not-manual', { module, version, scaling: scaling.type });
  const now = instancesOverride ?? scaling.instances;
  return applyChange(context, {
    application,
    what: `${module}:${version} went to ${instances} instances`,
    plan: now === instances ? [] : [`instances of ${module}:${version}: ${instances} (now ${now})`],
    isDryRun,
    run: (options) => context.backend.versions.setInstances({ application, module, version }, instances, options),
  });
}
