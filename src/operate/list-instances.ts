/** What runs, and stopping one instance by hand. */
import type { VersionName } from '../backend/call-options.ts';
import { requireRole } from '../backend/require-role.ts';
import { failure } from '../errors.ts';
import type { InstanceSummary } from '../model/instance.ts';
import { applyChange } from './apply-change.ts';
import { describeApplication, requireModule, requireVersion } from './describe-application.ts';
import type { ChangeResult, OperateContext } from './operate-context.ts';

export interface InstanceQuery {
  readonly application: string;
  readonly module?: string;
  readonly version?: string;
}

export interface StopInstanceRequest extends VersionName {
  readonly instance: string;
  readonly isDryRun: boolean;
}

/** @throws AppcfgError `backend.unsupported`, `application.not-found`, `module.not-found`, `version.not-found` */
export async function listInstances(
  context: OperateContext,
  query: InstanceQuery,
): Promise<readonly InstanceSummary[]> {
  const role = requireRole(context.backend, 'instances');
  const application = await describeApplication(context, query.application);
  const { module, version } = query;
  if (module !== undefined) {
    if (version === undefined) requireModule(application, module);
    else requireVersion(application, module, version);
  }
  const instances = await role.list(query.application, { signal: context.signal });
  return instances.filter(
    (instance) =>
      (module === undefined || instance.module === module) && (version === undefined || instance.version === version),
  );
}

/** Its version decides whether another one takes its place. @throws AppcfgError `instance.not-found` and as above */
export async function stopInstance(context: OperateContext, request: StopInstanceRequest): Promise<ChangeResult> {
  const role = requireRole(context.backend, 'instances');
  const { application, module, version, instance, isDryRun } = request;
  const running = await listInstances(context, { application, module, version });
  const found = running.find(({ id }) => id === instance);
  if (!found) throw failure('instance.not-found', { module, version, instance });
  return applyChange(context, {
    application,
    what: `instance ${instance} of ${module}:${version} was stopping`,
    plan: [
      `stop instance ${instance} of ${module}:${version} (${found.state}, ${found.requestsInFlight} requests in flight)`,
    ],
    isDryRun,
    run: async (options) => {
      await role.stop({ application, module, version }, instance, options);
      return undefined;
    },
  });
}
