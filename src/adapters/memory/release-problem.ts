/** Why the memory backend refuses a release: the rules that every backend has. Pure. */
import { type AppcfgError, failure } from '../../errors.ts';
import { manifestPathProblem } from '../../model/manifest.ts';
import { applicationIdProblem, DEFAULT_MODULE, moduleNameProblem, versionNameProblem } from '../../model/names.ts';
import type { ReleaseRequest, VersionUpload } from '../../model/release.ts';
import { type TrafficSplit, trafficSplitProblem } from '../../model/traffic.ts';
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

function uploadProblem({ module, version, manifest }: VersionUpload): string | undefined {
  const name = moduleNameProblem(module) ?? versionNameProblem(version);
  if (name) return `the name ${module}:${version} ${name}`;
  const file = manifest.files.find(({ path }) => manifestPathProblem(path));
  return file && `the path ${file.path} of ${module}:${version} ${manifestPathProblem(file.path)}`;
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

export function trafficProblem(
  splits: Readonly<Record<string, TrafficSplit>>,
  exists: (module: string, version: string) => boolean,
): string | undefined {
  for (const [module, split] of Object.entries(splits)) {
    const problem = trafficSplitProblem(split);
    if (problem) return `the traffic of ${module} ${problem}`;
    const missing = Object.keys(split.allocations).find((version) => !exists(module, version));
    if (missing !== undefined) return `the traffic of ${module} names ${missing}, which does not exist`;
  }
  return undefined;
}
