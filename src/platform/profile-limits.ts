/** The limits of an application's profile, applied to what is live and what would be. */
import { type AppcfgError, failure } from '../errors.ts';
import { type CountedState, limitExcess, withUploads } from '../model/limit-excess.ts';
import { DEFAULT_PROFILE, type Profile } from '../model/profile.ts';
import type { ReleaseRequest } from '../model/release.ts';
import type { Scaling } from '../model/scaling.ts';
import type { DesiredState } from './desired-state.ts';
import type { LiveState } from './live-state.ts';

/** What the limits need to know besides the live state. */
export interface LimitFacts {
  readonly profileOf: (application: string) => Profile;
  /** Of a deployment. */
  readonly scalingOf: (deploymentId: string) => Scaling | undefined;
}

/** For platforms without profiles. */
export const defaultLimitFacts: LimitFacts = { profileOf: () => DEFAULT_PROFILE, scalingOf: () => undefined };

export function limitFacts(parts: {
  readonly desired: Pick<DesiredState, 'deployment'>;
  readonly profileOf?: ((application: string) => Profile) | undefined;
}): LimitFacts {
  return {
    profileOf: parts.profileOf ?? defaultLimitFacts.profileOf,
    scalingOf: (deploymentId) => parts.desired.deployment(deploymentId)?.spec.scaling,
  };
}

export function countedState(live: LiveState, facts: Pick<LimitFacts, 'scalingOf'>): CountedState {
  return {
    versions: Object.entries(live.modules).flatMap(([module, { versions }]) =>
      Object.entries(versions).map(([version, { deploymentId, instances }]) => ({
        module,
        version,
        scaling: facts.scalingOf(deploymentId) ?? { type: 'automatic' },
        instances,
      })),
    ),
    cronJobs: live.settings.cron.length,
  };
}

/** The same with a release on top. */
export function stateAfter(state: CountedState, { uploads, settings }: ReleaseRequest): CountedState {
  const versions = uploads.map(({ module, version, spec }) => ({ module, version, scaling: spec.scaling }));
  return withUploads(state, versions, settings.cron?.length);
}

/** The reason to refuse a change; undefined when there is none. */
export function limitProblem(
  application: string,
  profile: Profile,
  before: CountedState,
  after: CountedState,
): AppcfgError | undefined {
  const excess = limitExcess(profile, before, after);
  return excess && failure('release.limit', { application, profile, ...excess });
}
