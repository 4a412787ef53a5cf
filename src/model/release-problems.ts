/** What is wrong with parts of a release, whatever backend it is for. */
import { manifestPathProblem } from './manifest.ts';
import { moduleNameProblem, versionNameProblem } from './names.ts';
import type { VersionUpload } from './release.ts';
import { type TrafficSplit, trafficSplitProblem } from './traffic.ts';

export function uploadProblem(upload: VersionUpload): string | undefined {
  const module = moduleNameProblem(upload.module);
  if (module) return `the module name ${JSON.stringify(upload.module)} ${module}`;
  const version = versionNameProblem(upload.version);
  if (version) return `the version name ${JSON.stringify(upload.version)} ${version}`;
  const paths = new Set<string>();
  for (const { path } of upload.manifest.files) {
    const of = `the path ${JSON.stringify(path)} of ${upload.module}:${upload.version}`;
    const problem = manifestPathProblem(path);
    if (problem) return `${of} ${problem}`;
    if (paths.has(path)) return `${of} is there twice`;
    paths.add(path);
  }
  return undefined;
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
