/** What a client may ask for: checked again here, because a client may lie or be out of date. Pure. */
import { type AppcfgError, failure } from '../errors.ts';
import { manifestPathProblem } from '../model/manifest.ts';
import { applicationIdProblem, DEFAULT_MODULE, moduleNameProblem, versionNameProblem } from '../model/names.ts';
import type { ReleaseRequest, VersionUpload } from '../model/release.ts';
import { trafficSplitProblem } from '../model/traffic.ts';
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
  const upload = request.uploads.map(uploadProblem).find((problem) => problem !== undefined);
  if (upload) return invalid(upload);
  const settings = settingsProblem(request.settings);
  if (settings) return invalid(settings);
  return orderProblem(live, request) ?? overLimit(live, request, facts) ?? referenceProblem(live, request, invalid);
}

function uploadProblem(upload: VersionUpload): string | undefined {
  const name = `${upload.module}:${upload.version}`;
  const module = moduleNameProblem(upload.module);
  if (module) return `the module name ${JSON.stringify(upload.module)} ${module}`;
  const version = versionNameProblem(upload.version);
  if (version) return `the version name ${JSON.stringify(upload.version)} ${version}`;
  if (upload.manifest.files.length > limits.files) return `${name} has more than ${limits.files} files`;
  const paths = new Set<string>();
  for (const file of upload.manifest.files) {
    const problem = manifestPathProblem(file.path);
    if (problem) return `the path ${JSON.stringify(file.path)} of ${name} ${problem}`;
    if (paths.has(file.path)) return `the path ${JSON.stringify(file.path)} of ${name} is there twice`;
    if (!isDigest(file.digest)) return `the digest of ${JSON.stringify(file.path)} of ${name} is not a SHA-256`;
    paths.add(file.path);
  }
  return undefined;
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
  for (const [module, split] of Object.entries(request.traffic)) {
    const problem = trafficSplitProblem(split);
    if (problem) return invalid(`the traffic of ${module} ${problem}`);
    const missing = Object.keys(split.allocations).find((version) => !exists(module, version));
    if (missing !== undefined) return invalid(`the traffic of ${module} names ${missing}, which does not exist`);
  }
  for (const rule of request.settings.dispatch ?? []) {
    const known = liveModule(live, rule.module) || request.uploads.some((upload) => upload.module === rule.module);
    if (!known) return failure('deploy.dispatch-target-missing', { module: rule.module, url: rule.url });
  }
  return undefined;
}
