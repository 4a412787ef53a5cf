/** What pinned releases need. */
import type { ReleaseSummary } from './release.ts';

/** A version that is live, and which upload of it. */
export interface LiveVersionName {
  readonly module: string;
  readonly version: string;
  readonly deploymentId: string;
}

/** Ids of the pinned releases that have just this upload of a version. */
export function pinnedWith(
  releases: readonly Pick<ReleaseSummary, 'id' | 'pin' | 'versions'>[],
  { module, version, deploymentId }: LiveVersionName,
): readonly string[] {
  return releases
    .filter(({ pin, versions }) => pin !== undefined && versions[module]?.[version] === deploymentId)
    .map(({ id }) => id);
}
