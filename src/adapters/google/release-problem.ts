/** Why a release is refused before anything is changed. Pure. */
import { contentProblem } from '../../backend/release-references.ts';
import { type AppcfgError, failure } from '../../errors.ts';
import type { ReleaseRequest } from '../../model/release.ts';
import type { JournalState, Snapshot } from './journal-state.ts';
import { stateDigest } from './live-application.ts';

export function releaseProblem(state: JournalState, live: Snapshot, request: ReleaseRequest): AppcfgError | undefined {
  const { application } = request;
  const release = state.releases.at(-1)?.id;
  if (request.onAnyRelease !== true && request.basedOn !== release) {
    const planned = request.basedOn ?? 'no release';
    return failure('deploy.conflict', { application, planned, current: release ?? 'no release' });
  }
  if (request.basedOnState !== undefined && request.basedOnState !== stateDigest({ snapshot: live, state })) {
    return failure('deploy.state-moved', { application });
  }
  return contentProblem(live, request);
}
