/** The routes of what applications use, and of the profile that limits it. */
import { z } from 'zod';
import { failure } from '../../errors.ts';
import { excesses } from '../../model/limit-excess.ts';
import { type Profile, profiles } from '../../model/profile.ts';
import type { UsageReport } from '../../model/usage.ts';
import { type ProfileAnswer, paths } from '../../protocol/extension.ts';
import { administers, views } from '../access/route-access.ts';
import { requireApplication } from '../changes.ts';
import type { DesiredState } from '../desired-state.ts';
import type { PlatformUsage } from '../platform-usage.ts';
import { countedState, limitFacts } from '../profile-limits.ts';
import { readJson } from './json-body.ts';
import type { Route, RouteRequest } from './route-table.ts';

export interface UsageParts {
  readonly desired: DesiredState;
  readonly usage: Pick<PlatformUsage, 'profiles' | 'quotas' | 'report'>;
}

const KEEP = 'KEEP';
const MOST_DAYS = 400;

const profileSchema = z.object({ profile: z.enum(profiles as [Profile, ...Profile[]]) });

export function usageRoutes(parts: UsageParts): readonly Route[] {
  return [
    {
      method: 'GET',
      pattern: pattern(paths.usage),
      access: views,
      handler: (request) => report(parts, request),
    },
    {
      method: 'PUT',
      pattern: pattern(paths.profile),
      // It limits what deployers may use: theirs to ask for, not to set.
      access: administers('profile'),
      handler: (request) => setProfile(parts, request),
    },
  ];
}

function report({ desired, usage }: UsageParts, { message, parameters, query }: RouteRequest): UsageReport {
  const { id } = requireApplication({ desired }, parameters.app ?? '');
  const invalid = (reason: string) =>
    failure('control.bad-request', { request: `${message.method} ${message.url}`, reason });
  const since = query.get('since') ?? undefined;
  if (since !== undefined && !/^\d{4}-\d\d-\d\d$/.test(since)) throw invalid('since is no day such as 2026-11-21');
  const days = Number(query.get('days') ?? 1);
  if (!Number.isInteger(days) || days < 1 || days > MOST_DAYS) throw invalid(`days is not from 1 to ${MOST_DAYS}`);
  return usage.report(id, { since, days });
}

async function setProfile(parts: UsageParts, { message, parameters }: RouteRequest): Promise<ProfileAnswer> {
  const { id, live } = requireApplication(parts, parameters.app ?? '');
  const { profile } = await readJson(message, profileSchema);
  parts.usage.profiles.set(id, profile);
  // Hours that are used up count on one profile and not on the other.
  parts.usage.quotas.check();
  return { profile, excesses: excesses(profile, countedState(live, limitFacts(parts))) };
}

function pattern(path: (application: string) => string): string {
  return path(KEEP).replace(KEEP, ':app');
}
