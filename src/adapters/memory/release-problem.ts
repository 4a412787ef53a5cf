/** Why the memory backend refuses a release: the rules that every backend has. Pure. */
import { contentProblem } from '../../backend/release-references.ts';
import { type AppcfgError, failure } from '../../errors.ts';
import { applicationIdProblem } from '../../model/names.ts';
import type { ReleaseRequest } from '../../model/release.ts';
import { type MemoryApplication, stateDigest } from './memory-state.ts';

export function releaseProblem(current: MemoryApplication, request: ReleaseRequest): AppcfgError | undefined {
  const { application } = request;
  const release = current.releases.at(-1)?.id;
  if (request.basedOn !== release) {
    const planned = request.basedOn ?? 'no release';
    return failure('deploy.conflict', { application, planned, current: release ?? 'no release' });
  }
  if (request.basedOnState !== undefined && request.basedOnState !== stateDigest(current)) {
    return failure('deploy.state-moved', { application });
  }
  const id = applicationIdProblem(application);
  if (id) return failure('release.invalid', { application, reason: `the application id ${id}` });
  return contentProblem(current.live, request);
}
