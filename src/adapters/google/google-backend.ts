/** Google App Engine as a backend, over its Admin API and the APIs around it. */
import type { Backend } from '../../backend/backend.ts';
import type { CallOptions, WatchOptions } from '../../backend/call-options.ts';
import type { Operation } from '../../model/operation.ts';
import { ApplicationHomes } from './application-home.ts';
import { cronRole } from './cron-role.ts';
import { diagnose } from './diagnose.ts';
import { filesRole } from './files-role.ts';
import type { GoogleContext } from './google-context.ts';
import { findKnown, requireKnown } from './known-application.ts';
import { googleLimits } from './limits.ts';
import { listApplications } from './list-applications.ts';
import { applicationOf } from './live-application.ts';
import { operationsRole } from './operations-role.ts';
import { instancesRole, logsRole, sourceRole } from './optional-roles.ts';
import { deletionChange, instancesChange, settingsChange, statusChange, trafficChange } from './plan-changes.ts';
import { releaseChange } from './plan-release.ts';
import { rollbackChange } from './plan-rollback.ts';
import { queuesRole } from './queues-role.ts';
import { releasesOf } from './release-list.ts';
import { type ChangeRequest, runChange } from './run-change.ts';

export function googleBackend(context: GoogleContext): Backend {
  const homes = new ApplicationHomes(context);
  const parts = { context, homes };
  const known = (application: string, call?: CallOptions) => requireKnown(parts, application, call);
  const change = async (request: ChangeRequest, options?: WatchOptions): Promise<Operation> => {
    const { home } = await known(request.application, options);
    return runChange(parts, home, request, options);
  };
  return {
    name: 'google',
    describe: async (application, call) => {
      const found = await findKnown(parts, application, call);
      return found && applicationOf(found.home, found.live);
    },
    applications: (call) => listApplications(context, call),
    files: filesRole(parts),
    releases: {
      commit: async (request, options = {}) => {
        options.signal?.throwIfAborted();
        const home = await homes.require(request.application, options);
        const { requestId } = request;
        return runChange(parts, home, releaseChange(parts, request), { ...options, requestId });
      },
      list: async (application, call) => releasesOf((await known(application, call)).live),
      rollback: (application, release, options) => change(rollbackChange(parts, application, release), options),
    },
    versions: {
      setServingStatus: (name, status, options) => change(statusChange(parts, name, status), options),
      setInstances: (name, instances, options) => change(instancesChange(parts, name, instances), options),
      delete: (name, options) => change(deletionChange(parts, name), options),
    },
    traffic: { set: (application, splits, options) => change(trafficChange(parts, application, splits), options) },
    operations: operationsRole(parts),
    settings: {
      replace: async (application, kind, value, call) => {
        await change(settingsChange(parts, application, [kind, value]), call);
      },
    },
    instances: instancesRole(context, known),
    logs: logsRole(context),
    cron: cronRole(context, known),
    queues: queuesRole(context, known),
    source: sourceRole(context, known),
    limits: googleLimits,
    diagnose: (application, call) => diagnose(context, homes, application, call),
    close: () => context.client.close(),
  };
}
