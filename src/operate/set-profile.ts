/** Puts an application on another profile, which sets its limits and quotas. */
import { requireRole } from '../backend/require-role.ts';
import { countedApplication, excesses, type LimitExcess } from '../model/limit-excess.ts';
import type { Profile } from '../model/profile.ts';
import { applyChange } from './apply-change.ts';
import { describeApplication } from './describe-application.ts';
import type { ChangeResult, OperateContext } from './operate-context.ts';

export interface SetProfileRequest {
  readonly application: string;
  readonly profile: Profile;
  readonly isDryRun: boolean;
}

/** @throws AppcfgError `backend.unsupported`, `application.not-found` */
export async function setProfile(context: OperateContext, request: SetProfileRequest): Promise<ChangeResult> {
  const role = requireRole(context.backend, 'usage');
  const { application, profile, isDryRun } = request;
  const current = await describeApplication(context, application);
  const before = current.profile ?? 'none';
  const notes = excesses(profile, countedApplication(current)).map(noteOf);
  return applyChange(context, {
    application,
    what: `${application} went to the profile ${profile}`,
    plan: before === profile ? [] : [`profile of ${application}: ${profile} (now ${before})`, ...notes],
    isDryRun,
    run: async (options) => {
      await role.setProfile(application, profile, options);
      return undefined;
    },
  });
}

function noteOf({ what, count, limit, module, version }: LimitExcess): string {
  const of = module === undefined ? '' : ` of ${module}:${version}`;
  return `note: ${count} ${what}${of} are over the limit of ${limit}; they stay, and can't become more`;
}
