/** Lets go of what no release needs: old releases, version directories, blobs. Runs when nothing else does. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { DesiredState } from './desired-state.ts';
import type { BlobStore } from './store/blob-store.ts';

export interface CollectOptions {
  readonly desired: DesiredState;
  readonly blobs: BlobStore;
  /** Root of the version directories: `trees/APPLICATION/MANIFEST-DIGEST`. */
  readonly trees: string;
  readonly discard: (directory: string) => Promise<void>;
  /** Releases kept per application, the current one included. */
  readonly keepReleases: number;
  /** Blobs younger than this may belong to an upload that is still going on. */
  readonly graceMs: number;
}

export interface Collected {
  readonly deployments: number;
  readonly directories: number;
  readonly blobs: number;
  readonly bytes: number;
}

/** Never touches what serves: everything a stored deployment names stays. */
export async function collect(options: CollectOptions): Promise<Collected> {
  let deployments = 0;
  for (const { id } of options.desired.applications()) {
    deployments += options.desired.prune(id, options.keepReleases).length;
  }
  const directories = await discardUnusedTrees(options);
  const live = new Set(
    options.desired.manifests().flatMap(({ manifest }) => manifest.files.map((file) => file.digest)),
  );
  const { blobs, bytes } = await options.blobs.collect(live, options.graceMs);
  return { deployments, directories, blobs, bytes };
}

async function discardUnusedTrees({ desired, trees, discard }: CollectOptions): Promise<number> {
  let discarded = 0;
  for (const folder of names(trees)) {
    const deployments = desired.deployments(decodeURIComponent(folder)).values();
    const used = new Set([...deployments].map((deployment) => deployment.manifestDigest));
    for (const digest of names(join(trees, folder))) {
      if (used.has(digest)) continue;
      await discard(join(trees, folder, digest));
      discarded += 1;
    }
  }
  return discarded;
}

function names(directory: string): readonly string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}
