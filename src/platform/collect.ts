/** Lets go of what no release needs: old releases, version directories, blobs. Runs when nothing else does. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { CollectionReport } from '../protocol/extension.ts';
import type { Checkpoint } from './checkpoint.ts';
import type { DesiredState } from './desired-state.ts';
import type { BlobStore } from './store/blob-store.ts';

export interface CollectOptions {
  readonly desired: DesiredState;
  readonly blobs: BlobStore;
  /** Root of the version directories: `trees/APPLICATION/MANIFEST-DIGEST`. */
  readonly trees: string;
  readonly discard: (directory: string) => Promise<void>;
  /** Releases kept per application, the current one included; 1 or more. */
  readonly keepReleases: number;
  /** Blobs younger than this may belong to an upload that is still going on. */
  readonly graceMs: number;
  /**
   * Asked right before each thing is taken away. A change that began meanwhile may need what nothing needed when
   * the round began, so the round ends with it.
   */
  readonly mayGoOn: () => boolean;
  /** A blob that a client was told is here. */
  readonly isPromised: (digest: string) => boolean;
  /** Blobs that are needed for other reasons than a stored version. */
  readonly alsoNeeded?: () => ReadonlySet<string>;
  readonly checkpoint?: Checkpoint | undefined;
}

/** Never touches what serves: everything a stored deployment names stays. */
export async function collect(options: CollectOptions): Promise<CollectionReport> {
  const { desired, mayGoOn, isPromised, checkpoint } = options;
  let releases = 0;
  let directories = 0;
  if (mayGoOn()) {
    for (const { id } of desired.applications()) releases += desired.prune(id, options.keepReleases);
    checkpoint?.('collection.releases');
    directories = await discardUnusedTrees(options);
  }
  const live = new Set(desired.manifests().flatMap(({ manifest }) => manifest.files.map((file) => file.digest)));
  const others = options.alsoNeeded?.();
  const isNeeded = (digest: string) => live.has(digest) || others?.has(digest) === true || isPromised(digest);
  const { blobs, bytes } = await options.blobs.collect({ has: isNeeded }, options.graceMs, () => {
    checkpoint?.('collection.blob');
    return mayGoOn();
  });
  return { releases, directories, blobs, bytes, isComplete: mayGoOn() };
}

async function discardUnusedTrees({ desired, trees, discard, mayGoOn, checkpoint }: CollectOptions): Promise<number> {
  let discarded = 0;
  for (const folder of names(trees)) {
    const deployments = desired.deployments(decodeURIComponent(folder)).values();
    const used = new Set([...deployments].map((deployment) => deployment.manifestDigest));
    for (const digest of names(join(trees, folder))) {
      if (used.has(digest)) continue;
      checkpoint?.('collection.directory');
      if (!mayGoOn()) return discarded;
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
