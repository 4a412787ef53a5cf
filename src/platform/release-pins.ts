/** What pinned releases keep from being deleted. */
import { failure } from '../errors.ts';
import { type LiveVersionName, pinnedWith } from '../model/release-pin.ts';
import type { DesiredState } from './desired-state.ts';

/** @throws AppcfgError `version.pinned` */
export function refusePinned(desired: DesiredState, application: string, versions: readonly LiveVersionName[]): void {
  const pinned = desired.releases(application).filter(({ pin }) => pin !== undefined);
  for (const found of versions) {
    const releases = pinnedWith(pinned, found);
    const { module, version } = found;
    if (releases.length > 0) throw failure('version.pinned', { application, module, version, releases });
  }
}
