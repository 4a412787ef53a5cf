/** Deletes a version that takes no traffic; a module other than the default goes with its last version. */
import type { VersionName } from '../backend/call-options.ts';
import { failure } from '../errors.ts';
import type { Application } from '../model/application.ts';
import { DEFAULT_MODULE } from '../model/names.ts';
import type { ReleaseSummary } from '../model/release.ts';
import { pinnedWith } from '../model/release-pin.ts';
import { receivesTraffic } from '../model/traffic.ts';
import { applyChange } from './apply-change.ts';
import { describeApplication, requireModule, requireVersion } from './describe-application.ts';
import type { ChangeResult, OperateContext } from './operate-context.ts';
import { listReleases } from './rollback-release.ts';

export interface DeleteVersionRequest extends VersionName {
  readonly isDryRun: boolean;
}

/** @throws AppcfgError `version.pinned`, `version.last-of-default`, `version.has-traffic`, `module.not-found`, `version.not-found` */
export async function deleteVersion(context: OperateContext, request: DeleteVersionRequest): Promise<ChangeResult> {
  const { application, module, version, isDryRun } = request;
  const live = await describeApplication(context, application);
  const plan = deletionPlan(live, request);
  refusePinned(await listReleases(context, application), live, request);
  return applyChange(context, {
    application,
    what: `${module}:${version} was deleted`,
    plan,
    isDryRun,
    run: (options) => context.backend.versions.delete({ application, module, version }, options),
  });
}

function deletionPlan(application: Application, { module, version }: VersionName): readonly string[] {
  requireVersion(application, module, version);
  const { versions, traffic } = requireModule(application, module);
  if (versions.length > 1) {
    if (receivesTraffic(traffic, version)) throw failure('version.has-traffic', { module, version });
    return [`delete ${module}:${version}`];
  }
  if (module === DEFAULT_MODULE) throw failure('version.last-of-default', { version });
  const rules = application.settings.dispatch.filter((rule) => rule.module === module);
  return [
    `delete ${module}:${version}`,
    `delete module ${module}: this is its last version`,
    ...rules.map((rule) => `note: the dispatch rule ${rule.url} names ${module} and will lead nowhere`),
  ];
}

function refusePinned(releases: readonly ReleaseSummary[], live: Application, name: VersionName): void {
  const { application, module, version } = name;
  const { deploymentId } = requireVersion(live, module, version);
  const pinned = pinnedWith(releases, { module, version, deploymentId });
  if (pinned.length > 0) throw failure('version.pinned', { application, module, version, releases: pinned });
}
