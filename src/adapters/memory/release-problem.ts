/** Why the memory backend refuses a release: the rules that every backend has. Pure. */

import { type AppcfgError, failure } from '../../errors.ts';
import { applicationIdProblem, DEFAULT_MODULE } from '../../model/names.ts';
import type { ReleaseRequest } from '../../model/release.ts';
import { trafficProblem, uploadProblem } from '../../model/release-problems.ts';
import { type MemoryApplication, type MemoryLive, stateDigest } from './memory-state.ts';

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
  const upload = request.uploads.map(uploadProblem).find((problem) => problem !== undefined);
  if (upload) return failure('release.invalid', { application, reason: upload });
  return moduleProblem(current.live, request);
}

function moduleProblem(live: MemoryLive, request: ReleaseRequest): AppcfgError | undefined {
  const { application, uploads } = request;
  const modules = new Set([...Object.keys(live.modules), ...uploads.map(({ module }) => module)]);
  if (uploads.length > 0 && !modules.has(DEFAULT_MODULE)) return failure('deploy.default-missing', { application });
  const exists = (module: string, version: string) =>
    live.modules[module]?.versions[version] !== undefined ||
    uploads.some((upload) => upload.module === module && upload.version === version);
  const traffic = trafficProblem(request.traffic, exists);
  if (traffic) return failure('release.invalid', { application, reason: traffic });
  const stray = request.settings.dispatch?.find((rule) => !modules.has(rule.module));
  return stray && failure('deploy.dispatch-target-missing', { module: stray.module, url: stray.url });
}
