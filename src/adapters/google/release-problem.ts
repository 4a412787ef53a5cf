/** Why a release is refused before anything is changed. Pure. */

import { type AppcfgError, failure } from '../../errors.ts';
import { DEFAULT_MODULE } from '../../model/names.ts';
import type { ReleaseRequest } from '../../model/release.ts';
import { trafficProblem, uploadProblem } from '../../model/release-problems.ts';
import type { JournalState, Snapshot } from './journal-state.ts';
import { stateDigest } from './live-application.ts';

export function releaseProblem(state: JournalState, live: Snapshot, request: ReleaseRequest): AppcfgError | undefined {
  const { application, uploads } = request;
  const release = state.releases.at(-1)?.id;
  if (request.onAnyRelease !== true && request.basedOn !== release) {
    const planned = request.basedOn ?? 'no release';
    return failure('deploy.conflict', { application, planned, current: release ?? 'no release' });
  }
  if (request.basedOnState !== undefined && request.basedOnState !== stateDigest({ snapshot: live, state })) {
    return failure('deploy.state-moved', { application });
  }
  const upload = uploads.map(uploadProblem).find((problem) => problem !== undefined);
  if (upload) return failure('release.invalid', { application, reason: upload });
  const modules = new Set([...Object.keys(live.modules), ...uploads.map(({ module }) => module)]);
  if (uploads.length > 0 && !modules.has(DEFAULT_MODULE)) return failure('deploy.default-missing', { application });
  const exists = (module: string, version: string) =>
    live.modules[module]?.versions[version] !== undefined ||
    uploads.some((found) => found.module === module && found.version === version);
  const traffic = trafficProblem(request.traffic, exists);
  if (traffic) return failure('release.invalid', { application, reason: traffic });
  const stray = request.settings.dispatch?.find((rule) => !modules.has(rule.module));
  return stray && failure('deploy.dispatch-target-missing', { module: stray.module, url: stray.url });
}
