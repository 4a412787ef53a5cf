/** Files in the staging bucket: which are missing, and sending them. */
import type { BlobSource, FilesRole, TreeOptions } from '../../backend/backend.ts';
import type { ApplicationHome } from './application-home.ts';
import { goesAsArchive, type Tree, treesOf } from './archived-trees.ts';
import type { GoogleContext } from './google-context.ts';
import type { ChangeParts } from './run-change.ts';
import { stagedFiles, stagedTrees, treeObject } from './staged-files.ts';
import { readWhole, uploadFiles } from './upload-files.ts';
import { type ZipEntry, zipArchive } from './zip-archive.ts';

export function filesRole({ context, homes }: ChangeParts): FilesRole {
  return {
    missing: async (application, digests, options = {}) => {
      const { signal } = options;
      signal?.throwIfAborted();
      const wanted = [...new Set(digests)];
      if (wanted.length === 0) return [];
      const home = await homes.find(application, { signal });
      if (home?.resource.codeBucket === undefined) return wanted;
      return missingOf(context, home, wanted, options);
    },
    put: async (application, blobs, options = {}) => {
      const { signal, onProgress, trees = [] } = options;
      signal?.throwIfAborted();
      if (blobs.length === 0) return;
      const home = await homes.require(application, { signal });
      const archived = await archivedTrees(context, home, blobs, treesOf(trees));
      const sent = await sendArchives(home, archived, blobs, { signal });
      onProgress?.(sent.files, sent.bytes);
      await uploadFiles(context, home, sent.left, {
        signal,
        onProgress: (files, bytes) => onProgress?.(sent.files + files, sent.bytes + bytes),
      });
    },
  };
}

async function missingOf(
  { clock }: GoogleContext,
  home: ApplicationHome,
  wanted: readonly string[],
  { signal, trees = [] }: TreeOptions & { readonly signal?: AbortSignal | undefined },
): Promise<readonly string[]> {
  const [staged, whole] = await Promise.all([
    stagedFiles(home, clock, wanted.length, { signal }),
    trees.length === 0 ? new Set<string>() : stagedTrees(home, clock, { signal }),
  ]);
  const missing = new Set(wanted.filter((digest) => !staged.has(digest)));
  const known = treesOf(trees);
  if (known.length === 0) return [...missing];
  // What only whole archives are made of need not be there one by one; for a new archive all of its files are needed.
  const needed = new Set<string>();
  for (const { manifest, digest } of known) {
    if (whole.has(digest)) continue;
    const isWhole = goesAsArchive(manifest, missing);
    for (const file of manifest.files) if (isWhole || missing.has(file.digest)) needed.add(file.digest);
  }
  const inTrees = new Set(known.flatMap(({ manifest }) => manifest.files.map((file) => file.digest)));
  return wanted.filter((digest) => needed.has(digest) || (missing.has(digest) && !inTrees.has(digest)));
}

/** Those whose every file is at hand. */
async function archivedTrees(
  { clock }: GoogleContext,
  home: ApplicationHome,
  blobs: readonly BlobSource[],
  trees: readonly Tree[],
): Promise<readonly Tree[]> {
  const atHand = new Set(blobs.map(({ digest }) => digest));
  const possible = trees.filter(
    ({ manifest }) => goesAsArchive(manifest, atHand) && manifest.files.every(({ digest }) => atHand.has(digest)),
  );
  if (possible.length === 0) return [];
  const there = await stagedTrees(home, clock);
  const different = new Map(possible.map((tree) => [tree.digest, tree]));
  return [...different.values()].filter(({ digest }) => !there.has(digest));
}

async function sendArchives(
  home: ApplicationHome,
  trees: readonly Tree[],
  blobs: readonly BlobSource[],
  { signal }: { readonly signal: AbortSignal | undefined },
): Promise<{ readonly files: number; readonly bytes: number; readonly left: readonly BlobSource[] }> {
  const sources = new Map(blobs.map((blob) => [blob.digest, blob]));
  const sent = new Set<string>();
  for (const { manifest, digest } of trees) {
    signal?.throwIfAborted();
    const entries: ZipEntry[] = [];
    for (const file of manifest.files) {
      const source = sources.get(file.digest);
      if (source) entries.push({ path: file.path, bytes: await readWhole(source), isExecutable: file.isExecutable });
      sent.add(file.digest);
    }
    await home.staging.write(treeObject(digest), zipArchive(entries), { signal });
  }
  const gone = blobs.filter((blob) => sent.has(blob.digest));
  const bytes = gone.reduce((sum, { size }) => sum + size, 0);
  return { files: gone.length, bytes, left: blobs.filter((blob) => !sent.has(blob.digest)) };
}
