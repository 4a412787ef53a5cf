/** The server's own check of a manifest: whatever a client sends, nothing is written outside its directory. */
import { type Manifest, type ManifestFile, manifestPathProblem } from '../../model/manifest.ts';
import { isDigest } from '../../support/digest.ts';

export interface ManifestProblem {
  readonly path: string;
  /** The end of the sentence "The file name X can't be deployed: it ...". */
  readonly problem: string;
}

/** What Linux, macOS and Windows allow for one name. */
const LONGEST_NAME_BYTES = 255;

/** @param ignoresCase whether the file system takes `A` and `a` for one name */
export function manifestProblem(manifest: Manifest, ignoresCase: boolean): ManifestProblem | undefined {
  const keyOf = ignoresCase ? (path: string) => path.normalize('NFC').toLowerCase() : (path: string) => path;
  const files = new Map<string, string>();
  const directories = new Map<string, string>();
  for (const file of manifest.files) {
    const { path } = file;
    const key = keyOf(path);
    const problem = fileProblem(file) ?? clash(path, files.get(key)) ?? addParents(path, directories, keyOf);
    if (problem !== undefined) return { path, problem };
    files.set(key, path);
  }
  for (const [key, path] of files) {
    const directory = directories.get(key);
    if (directory === path) return { path, problem: 'is a file and a directory at once' };
    if (directory !== undefined) return { path, problem: clash(path, directory) ?? '' };
  }
  return undefined;
}

function fileProblem({ path, digest, size }: ManifestFile): string | undefined {
  const problem = manifestPathProblem(path);
  if (problem !== undefined) return problem;
  // Half a surrogate pair would be written as a replacement character: two names could become one.
  if (/\p{Surrogate}/u.test(path)) return 'is not valid Unicode';
  for (const part of path.split('/')) {
    if (Buffer.byteLength(part) > LONGEST_NAME_BYTES) return `has a part longer than ${LONGEST_NAME_BYTES} bytes`;
  }
  if (!isDigest(digest)) return 'comes without a valid SHA-256 digest';
  if (!Number.isSafeInteger(size) || size < 0) return 'comes without a valid size';
  return undefined;
}

function clash(path: string, other: string | undefined): string | undefined {
  if (other === undefined) return undefined;
  if (other === path) return 'is listed twice';
  return `differs from ${JSON.stringify(other)} only in case, which the platform's file system can't keep apart`;
}

/** Walks up until a directory that is known already, so that each is looked at once. */
function addParents(
  path: string,
  directories: Map<string, string>,
  keyOf: (path: string) => string,
): string | undefined {
  for (let end = path.lastIndexOf('/'); end > 0; end = path.lastIndexOf('/', end - 1)) {
    const directory = path.slice(0, end);
    const known = directories.get(keyOf(directory));
    if (known === directory) return undefined;
    if (known !== undefined) return clash(directory, known);
    directories.set(keyOf(directory), directory);
  }
  return undefined;
}
