/** A module's directory to its manifest: what is deployed, by digest; no byte is sent, and nothing unchanged is read. */
import { failure, isAppcfgError } from '../errors.ts';
import { type Manifest, type ManifestFile, manifestText } from '../model/manifest.ts';
import { digestOf } from '../support/digest.ts';
import type { IgnoredEntry } from './directory-listing.ts';
import { type FileContent, FileDigester } from './file-digest.ts';
import type { FileStateCache } from './file-state-cache.ts';
import { byPath, type TreeProblem, unreadable } from './tree-problem.ts';
import { type TreeFile, type TreeVisitor, type WalkRequest, type WalkResult, walkTree } from './tree-walk.ts';

export interface PackageRequest extends WalkRequest {
  /** Made for this walk; saved when the tree is packaged. */
  readonly cache?: FileStateCache;
  /** Says what was left out and why; without it, `ignored` is empty. */
  readonly collectIgnored?: boolean;
}

export interface BlobFile {
  /** Absolute, no link. */
  readonly path: string;
  /** Bytes. */
  readonly size: number;
}

export interface PackagedTree {
  readonly manifest: Manifest;
  /** SHA-256 of the manifest's text. */
  readonly manifestDigest: string;
  /** Digest -> a file with that content. */
  readonly sources: ReadonlyMap<string, BlobFile>;
  readonly ignored: readonly IgnoredEntry[];
  /** What is allowed but worth saying: names that differ only in case. */
  readonly warnings: readonly TreeProblem[];
  readonly statistics: PackageStatistics;
}

export interface PackageStatistics {
  readonly filesRead: number;
  /** Bytes, those of repeated reads included. */
  readonly bytesRead: number;
  readonly filesFromCache: number;
}

/**
 * @throws AppcfgError `packaging.unreadable`, `packaging.refused` (all problems together), `packaging.empty`,
 * `packaging.changed-while-reading`; the signal's reason
 */
export async function packageTree(request: PackageRequest): Promise<PackagedTree> {
  const collector = new TreeCollector(request);
  const walked = await walkTree(request, collector);
  refuseUnlessDeployable(request, walked, collector.unreadable);
  const manifest = { files: collector.files };
  const manifestDigest = request.cache?.unchangedTreeDigest() ?? digestOf(manifestText(manifest));
  request.cache?.save(manifestDigest);
  const { sources, statistics } = collector;
  const ignored = collector.ignoredEntries.sort(byPath);
  return { manifest, manifestDigest, sources, ignored, warnings: walked.warnings, statistics };
}

class TreeCollector implements TreeVisitor {
  readonly files: ManifestFile[] = [];
  readonly sources = new Map<string, BlobFile>();
  readonly ignoredEntries: IgnoredEntry[] = [];
  readonly unreadable: TreeProblem[] = [];
  readonly #request: PackageRequest;
  readonly #digester: FileDigester;
  #filesRead = 0;
  #filesFromCache = 0;

  constructor(request: PackageRequest) {
    this.#request = request;
    this.#digester = new FileDigester(request.signal);
  }

  get statistics(): PackageStatistics {
    const { bytesRead } = this.#digester;
    return { filesRead: this.#filesRead, bytesRead, filesFromCache: this.#filesFromCache };
  }

  file(file: TreeFile): Promise<void> | undefined {
    const known = this.#request.cache?.lookup(file.path, file.stat);
    if (known !== undefined) {
      this.#filesFromCache += 1;
      this.#add(file, { digest: known, stat: file.stat });
      return undefined;
    }
    try {
      const content = this.#digester.digest(file.source, file.stat);
      if (content instanceof Promise) return this.#addLater(file, content);
      this.#addRead(file, content);
    } catch (error) {
      this.#refuse(file, error);
    }
    return undefined;
  }

  ignored(entry: IgnoredEntry): void {
    if (this.#request.collectIgnored === true) this.ignoredEntries.push(entry);
  }

  async #addLater(file: TreeFile, content: Promise<FileContent>): Promise<void> {
    try {
      this.#addRead(file, await content);
    } catch (error) {
      this.#refuse(file, error);
    }
  }

  #addRead(file: TreeFile, content: FileContent): void {
    this.#filesRead += 1;
    this.#request.cache?.record(file.path, content.stat, content.digest);
    this.#add(file, content);
  }

  #add(file: TreeFile, { digest, stat }: FileContent): void {
    this.files.push({ path: file.path, digest, size: stat.size, isExecutable: (stat.mode & 0o111) !== 0 });
    this.sources.set(digest, { path: file.source, size: stat.size });
  }

  /** Failures of the file system belong to the file; an interrupt or a changing file ends the walk. */
  #refuse(file: TreeFile, error: unknown): void {
    this.#request.signal?.throwIfAborted();
    if (isAppcfgError(error)) throw error;
    this.unreadable.push({ path: file.path, reason: unreadable(error) });
  }
}

function refuseUnlessDeployable(
  request: PackageRequest,
  walked: WalkResult,
  unreadableFiles: readonly TreeProblem[],
): void {
  const { directory, rules } = request;
  const problems = [...walked.problems, ...unreadableFiles].sort(byPath);
  if (problems.length > 0)
    throw failure('packaging.refused', { directory, problems, leaveOutWith: rules.leaveOutWith });
  if (walked.files === 0) throw failure('packaging.empty', { directory, ignored: walked.ignored });
}
