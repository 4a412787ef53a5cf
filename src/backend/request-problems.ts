/** What is wrong with parts of a release, whatever backend it is for. */
import { manifestPathProblem } from '../model/manifest.ts';
import { moduleNameProblem, versionNameProblem } from '../model/names.ts';
import type { VersionUpload } from '../model/release.ts';
import { type TrafficSplit, trafficSplitProblem } from '../model/traffic.ts';

export function uploadProblem({ module, version, manifest }: VersionUpload): string | undefined {
  const name = moduleNameProblem(module) ?? versionNameProblem(version);
  if (name) return `the name ${module}:${version} ${name}`;
  const file = manifest.files.find(({ path }) => manifestPathProblem(path));
  return file && `the path ${file.path} of ${module}:${version} ${manifestPathProblem(file.path)}`;
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
