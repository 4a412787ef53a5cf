/** Releases as they are listed. Pure. */
import type { ReleaseSummary } from '../../model/release.ts';
import type { LiveApplication } from './live-application.ts';

/** Newest first. */
export function releasesOf({ state }: LiveApplication): readonly ReleaseSummary[] {
  return state.releases
    .map(({ live: _live, outline: _outline, ...release }, index, all) => ({
      ...release,
      isCurrent: index === all.length - 1,
    }))
    .reverse();
}
