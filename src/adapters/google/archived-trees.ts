/** Which versions go as one archive instead of file by file: many small files, and files that must stay executable. Pure. */
import { type Manifest, manifestText, totalSize } from '../../model/manifest.ts';
import { digestOf } from '../../support/digest.ts';

/** Requests for so many files take longer than the bytes of one archive that holds all of them again. */
const MANY_FILES = 200;
/** Bytes. Above it, sending only what changed is worth more; it is also held in memory. */
const MOST_BYTES = 32 * 1024 * 1024;

export interface Tree {
  readonly manifest: Manifest;
  readonly digest: string;
}

export function treesOf(manifests: readonly Manifest[]): readonly Tree[] {
  return manifests.map((manifest) => ({ manifest, digest: digestOf(manifestText(manifest)) }));
}

/** @param missing digests that are not there one by one */
export function goesAsArchive({ files, ...manifest }: Manifest, missing: ReadonlySet<string>): boolean {
  if (totalSize({ files, ...manifest }) > MOST_BYTES) return false;
  // Objects one by one carry no mode.
  if (files.some(({ isExecutable }) => isExecutable)) return true;
  return files.filter(({ digest }) => missing.has(digest)).length >= MANY_FILES;
}
