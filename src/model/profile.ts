/** Which of App Engine's price plans an application is on, and how much each allows (S3 "Limits"; App Engine docs for cron jobs). */

export type Profile = 'free' | 'paid-us' | 'paid-eu';
export const profiles: readonly Profile[] = ['free', 'paid-us', 'paid-eu'];
/** Of an application that nobody gave another one. */
export const DEFAULT_PROFILE: Profile = 'paid-us';

export interface ProfileLimits {
  readonly modules: number;
  readonly versions: number;
  /** Of one version with manual or basic scaling. */
  readonly instances: number;
  readonly cronJobs: number;
}

const limits: Readonly<Record<Profile, ProfileLimits>> = {
  free: { modules: 5, versions: 15, instances: 20, cronJobs: 20 },
  'paid-us': { modules: 20, versions: 60, instances: 200, cronJobs: 250 },
  'paid-eu': { modules: 20, versions: 60, instances: 25, cronJobs: 250 },
};

export function profileLimits(profile: Profile): ProfileLimits {
  return limits[profile];
}

export function isPaid(profile: Profile): boolean {
  return profile !== 'free';
}
