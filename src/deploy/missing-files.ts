/** Which files a plan still has to send: one question to the backend for all of them. */
import type { BlobSource } from '../backend/backend.ts';
import { failure } from '../errors.ts';
import type { DeployContext } from './deploy-context.ts';
import type { DeployPlan } from './deploy-plan.ts';
import type { PackagedFiles } from './deploy-sources.ts';
import { neededDigests, neededTrees } from './steps.ts';

export interface MissingFiles {
  readonly blobs: readonly BlobSource[];
  readonly files: number;
  readonly bytes: number;
}

export async function findMissingFiles(
  plan: DeployPlan,
  sources: PackagedFiles['sources'],
  { backend, signal }: DeployContext,
): Promise<MissingFiles> {
  const needed = neededDigests(plan);
  const digests =
    needed.length === 0
      ? []
      : await backend.files.missing(plan.application, needed, { signal, trees: neededTrees(plan) });
  const blobs = digests.map((digest): BlobSource => {
    const source = sources.get(digest);
    if (!source) throw failure('internal', { reason: `the backend asks for ${digest}, which no file has` });
    return { digest, ...source };
  });
  return { blobs, files: blobs.length, bytes: blobs.reduce((sum, blob) => sum + blob.size, 0) };
}
