/** What a client may ask for: checked again here, because a client may lie or be out of date. Pure. */
import { type AppcfgError, failure } from '../errors.ts';
import { applicationIdProblem, DEFAULT_MODULE } from '../model/names.ts';
import type { ReleaseRequest, VersionUpload } from '../model/release.ts';
import { trafficProblem, uploadProblem } from '../model/release-problems.ts';
import { isDigest } from '../support/digest.ts';
import { stateDigest } from './application-view.ts';
import { type LiveState, liveModule, liveVersion } from './live-state.ts';
import { countedState, defaultLimitFacts, type LimitFacts, limitProblem, stateAfter } from './profile-limits.ts';
import { settingsProblem } from './settings-checks.ts';

/** Of one version. How many modules, versions and instances there may be is a matter of the profile. */
export const limits = { files: 100_000 } as const;

/** The first reason to refuse a release; undefined when there is none. */
export function releaseProblem(
  live: LiveState,
  request: ReleaseRequest,
  currentRelease: string | undefined,
  facts: LimitFacts = defaultLimitFacts,
): AppcfgError | undefined {
  const invalid = (reason: string) => failure('release.invalid', { application: request.application, reason });
  const id = applicationIdProblem(request.application);
  if (id) return invalid(`the application id ${id}`);
  if (request.onAnyRelease !== true && request.basedOn !== currentRelease) {
    return failure('deploy.conflict', {
      application: request.application,
      planned: request.basedOn ?? 'no release',
      current: currentRelease ?? 'no release',
    });
  }
  const isMoved = request.basedOnState !== undefined && request.basedOnState !== stateDigest({ live, currentRelease });
  if (isMoved) return failure('deploy.state-moved', { application: request.application });
  const upload = request.uploads
    .map((one) => contentProblem(one) ?? uploadProblem(one))
    .find((problem) => problem !== undefined);
  if (upload) return invalid(upload);
  const settings = settingsProblem(request.settings);
  if (settings) return invalid(settings);
  return orderProblem(live, request) ?? overLimit(live, request, facts) ?? referenceProblem(live, request, invalid);
}

/** What only the platform asks of an upload. */
function contentProblem({ module, version, manifest }: VersionUpload): string | undefined {
  if (manifest.files.length > limits.files) return `${module}:${version} has more than ${limits.files} files`;
  const file = manifest.files.find(({ digest }) => !isDigest(digest));
  return file && `the digest of ${JSON.stringify(file.path)} of ${module}:${version} is not a SHA-256`;
}

function orderProblem(live: LiveState, request: ReleaseRequest): AppcfgError | undefined {
  if (live.modules[DEFAULT_MODULE] || request.uploads.length === 0) return undefined;
  if (request.uploads.some((upload) => upload.module === DEFAULT_MODULE)) return undefined;
  return failure('deploy.default-missing', { application: request.application });
}

function overLimit(live: LiveState, request: ReleaseRequest, facts: LimitFacts): AppcfgError | undefined {
  const { application } = request;
  const before = countedState(live, facts);
  return limitProblem(application, facts.profileOf(application), before, stateAfter(before, request));
}

function referenceProblem(
  live: LiveState,
  request: ReleaseRequest,
  invalid: (reason: string) => AppcfgError,
): AppcfgError | undefined {
  const exists = (module: string, version: string) =>
    liveVersion(live, module, version) !== undefined ||
    request.uploads.some((upload) => upload.module === module && upload.version === version);
  const traffic = trafficProblem(request.traffic, exists);
  if (traffic) return invalid(traffic);
  for (const rule of request.settings.dispatch ?? []) {
    const known = liveModule(live, rule.module) || request.uploads.some((upload) => upload.module === rule.module);
    if (!known) return failure('deploy.dispatch-target-missing', { module: rule.module, url: rule.url });
  }
  return undefined;
}
