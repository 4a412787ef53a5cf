/** The routes of what applications use, and of the profile that limits it. */
import { z } from 'zod';
import { excesses } from '../../model/limit-excess.ts';
import { type Profile, profiles } from '../../model/profile.ts';
import { type ProfileAnswer, paths } from '../../protocol/extension.ts';
import { administers } from '../access/route-access.ts';
import { requireApplication } from '../changes.ts';
import type { DesiredState } from '../desired-state.ts';
import { countedState, limitFacts } from '../profile-limits.ts';
import type { ApplicationProfiles } from '../usage/application-profiles.ts';
import { readJson } from './json-body.ts';
import type { Route, RouteRequest } from './route-table.ts';

export interface UsageParts {
  readonly desired: DesiredState;
  readonly profiles: ApplicationProfiles;
}

const profileSchema = z.object({ profile: z.enum(profiles as [Profile, ...Profile[]]) });

export function usageRoutes(parts: UsageParts): readonly Route[] {
  return [
    {
      method: 'PUT',
      pattern: paths.profile(KEEP).replace(KEEP, ':app'),
      // It limits what deployers may use: theirs to ask for, not to set.
      access: administers('profile'),
      handler: (request) => setProfile(parts, request),
    },
  ];
}

const KEEP = 'KEEP';

async function setProfile(parts: UsageParts, { message, parameters }: RouteRequest): Promise<ProfileAnswer> {
  const { id, live } = requireApplication(parts, parameters.app ?? '');
  const { profile } = await readJson(message, profileSchema);
  parts.profiles.set(id, profile);
  return { profile, excesses: excesses(profile, countedState(live, limitFacts(parts))) };
}
