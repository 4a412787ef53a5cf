/** Builds and checks the directory of a version: hard links to blobs, or copies where links are impossible. */
import { chmodSync, constants, copyFileSync, linkSync, lstatSync, mkdirSync, type Stats } from 'node:fs';
import { dirname, join } from 'node:path';
import { failure } from '../../errors.ts';
import type { Manifest, ManifestFile } from '../../model/manifest.ts';
import { type BlobVariant, blobModes } from './blob-folders.ts';
import { digestOfFile } from './digest-of-file.ts';
import type { Pace } from './pace.ts';

export interface SourceBlob {
  readonly file: string;
  readonly stats: Stats;
}

export interface TreeSource {
  /** The blob with the right mode bits. @throws AppcfgError `blob.missing` */
  blobFor(digest: string, variant: BlobVariant): SourceBlob;
  /** Reads what was not looked at yet. @throws AppcfgError `blob.corrupt`; all that is damaged is missing then */
  verify(manifest: Manifest, pace: Pace): Promise<void>;
  /** A file was copied, so its bytes are not durable yet. */
  onCopied(file: string): void;
}

/** Another file system, too many links to one file, or links that are not allowed (EPERM: FAT, protected_hardlinks). */
const needsCopy = new Set(['EXDEV', 'EMLINK', 'EPERM', 'ENOTSUP', 'ENOSYS']);

/** `directory` must not exist. The manifest must be safe (manifestProblem). */
export async function buildTree(manifest: Manifest, directory: string, source: TreeSource, pace: Pace): Promise<void> {
  const made = new Set<string>();
  makeDirectory(directory);
  for (const file of manifest.files) {
    if (pace.isDue) await pace.rest();
    makeParents(directory, dirname(file.path), made);
    place(file, join(directory, file.path), source);
  }
}

/**
 * Whether `directory` has every file of the manifest, unharmed. More than that is not looked at: an instance may be
 * running there, and what it managed to write beside its own files is no reason to take them away from under it.
 */
export async function isTreeWhole(
  manifest: Manifest,
  directory: string,
  source: TreeSource,
  pace: Pace,
): Promise<boolean> {
  if (!lstatSync(directory, { throwIfNoEntry: false })?.isDirectory()) return false;
  for (const file of manifest.files) {
    if (pace.isDue) await pace.rest();
    const path = join(directory, file.path);
    const found = lstatSync(path, { throwIfNoEntry: false });
    if (!found?.isFile() || found.size !== file.size) return false;
    const variant = variantOf(file);
    const { stats } = source.blobFor(file.digest, variant);
    if (stats.ino === found.ino && stats.dev === found.dev) continue;
    if ((found.mode & 0o777) !== blobModes[variant] || digestOfFile(path) !== file.digest) return false;
  }
  return true;
}

function makeParents(root: string, path: string, made: Set<string>): void {
  if (path === '.' || made.has(path)) return;
  makeParents(root, dirname(path), made);
  makeDirectory(join(root, path));
  made.add(path);
}

/** Readable for instances of another user, whatever the umask. */
function makeDirectory(directory: string): void {
  mkdirSync(directory);
  chmodSync(directory, 0o755);
}

function place(file: ManifestFile, target: string, source: TreeSource): void {
  const variant = variantOf(file);
  const blob = source.blobFor(file.digest, variant);
  requireSize(file, blob);
  try {
    linkSync(blob.file, target);
  } catch (error) {
    if (!needsCopy.has((error as NodeJS.ErrnoException).code ?? '')) throw error;
    copyFileSync(blob.file, target, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE);
    chmodSync(target, blobModes[variant]);
    source.onCopied(target);
  }
}

/** Limits are checked against the manifest's sizes, so they must be true. */
function requireSize({ path, digest, size }: ManifestFile, blob: SourceBlob): void {
  const stored = blob.stats.size;
  if (stored === size) return;
  if (digestOfFile(blob.file) !== digest)
    throw failure('blob.corrupt', { digest, reason: `it has ${stored} bytes, not ${size}` });
  throw failure('manifest.unsafe', {
    path,
    problem: `comes with the size ${size}, but its content has ${stored} bytes`,
  });
}

function variantOf(file: ManifestFile): BlobVariant {
  return file.isExecutable ? 'executable' : 'plain';
}
