/** Walks a module's directory in the order of a manifest, applying rules and limits; reads no file. */
import { lstatSync, opendirSync, realpathSync, type Stats } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import { failure, messageOf } from '../errors.ts';
import { type IgnoredEntry, listDirectory, type TreeEntry } from './directory-listing.ts';
import type { PackageLimits } from './limits.ts';
import type { SelectionRules } from './selection-rules.ts';
import { type FollowedLink, followLink } from './tree-link.ts';
import { byPath, specialFile, type TreeProblem, unreadable } from './tree-problem.ts';

export interface TreeFile {
  /** Relative to the directory, with `/`. */
  readonly path: string;
  /** Absolute path of the file itself, links resolved. */
  readonly source: string;
  readonly stat: Stats;
}

export interface WalkRequest {
  /** Absolute. */
  readonly directory: string;
  readonly rules: SelectionRules;
  readonly limits: PackageLimits;
  readonly signal?: AbortSignal;
  /** Now and then, and at the end: files found so far. */
  readonly onProgress?: (files: number) => void;
}

export interface TreeVisitor {
  /** Called for each file that is kept, in the order of the manifest. */
  file(file: TreeFile): void | Promise<void>;
  /** Called for each entry that is left out. */
  ignored(entry: IgnoredEntry): void;
}

export interface WalkResult {
  readonly files: number;
  /** Bytes. */
  readonly totalSize: number;
  /** Entries that a rule left out; what is in a directory that was left out is not counted. */
  readonly ignored: number;
  /** Any of them forbids the deploy. */
  readonly problems: readonly TreeProblem[];
  readonly warnings: readonly TreeProblem[];
}

/** @throws AppcfgError `packaging.unreadable` when the directory itself can't be listed; the signal's reason */
export async function walkTree(request: WalkRequest, visitor: TreeVisitor): Promise<WalkResult> {
  request.signal?.throwIfAborted();
  return await new TreeWalk(request, visitor, listableDirectory(request.directory)).run();
}

/** Calls are synchronous, which is several times faster; after so many entries others get their turn. */
const ENTRIES_BETWEEN_PAUSES = 500;
/** Links to one another can make a small tree endless without a circle; counting stops at this multiple of the limit. */
const COUNT_BEYOND_LIMIT = 4;

class TreeWalk {
  readonly #request: WalkRequest;
  readonly #visitor: TreeVisitor;
  readonly #realRoot: string;
  readonly #problems: TreeProblem[] = [];
  readonly #warnings: TreeProblem[] = [];
  /** Real paths of the directories that are being walked, from the top down. */
  readonly #open = new Set<string>();
  #files = 0;
  #directories = 0;
  #totalSize = 0;
  #ignored = 0;
  #sincePause = 0;

  constructor(request: WalkRequest, visitor: TreeVisitor, realRoot: string) {
    this.#request = request;
    this.#visitor = visitor;
    this.#realRoot = realRoot;
  }

  async run(): Promise<WalkResult> {
    const { limits, onProgress } = this.#request;
    await this.#walk('', this.#realRoot);
    onProgress?.(this.#files);
    if (this.#files > limits.maximumFiles) {
      this.#refuse('.', `holds more than ${limits.maximumFiles} files, the limit of ${limits.owner}`);
    }
    if (this.#totalSize > limits.maximumTotalSize) {
      this.#refuse('.', `holds more than ${limits.maximumTotalSize} bytes, the limit of ${limits.owner}`);
    }
    const counts = { files: this.#files, totalSize: this.#totalSize, ignored: this.#ignored };
    return { ...counts, problems: this.#problems.sort(byPath), warnings: this.#warnings.sort(byPath) };
  }

  async #walk(prefix: string, real: string): Promise<void> {
    const entries = this.#list(prefix, real);
    this.#open.add(real);
    for (const entry of entries) {
      if (this.#isEndless()) break;
      this.#sincePause += 1;
      if (this.#sincePause >= ENTRIES_BETWEEN_PAUSES) await this.#pause();
      const pending = entry.isDirectory ? this.#enter(entry) : this.#take(entry);
      if (pending !== undefined) await pending;
    }
    this.#open.delete(real);
  }

  #list(prefix: string, real: string): readonly TreeEntry[] {
    try {
      const listing = listDirectory(prefix, real, this.#request.rules);
      this.#ignored += listing.ignored.length;
      for (const entry of listing.ignored) this.#visitor.ignored(entry);
      this.#problems.push(...listing.problems);
      this.#warnings.push(...listing.warnings);
      return listing.kept;
    } catch (error) {
      this.#refuse(prefix.slice(0, -1) || '.', unreadable(error));
      return [];
    }
  }

  #enter(entry: TreeEntry): Promise<void> | undefined {
    this.#directories += 1;
    let real = entry.absolute;
    if (entry.isLink) {
      const followed = followLink(entry.absolute, this.#realRoot);
      if (typeof followed === 'string') return this.#refuse(entry.path, followed);
      real = followed.real;
      if (this.#open.has(real)) return this.#refuse(entry.path, 'is a symbolic link to a directory that contains it');
    }
    return this.#walk(`${entry.path}/`, real);
  }

  #take(entry: TreeEntry): Promise<void> | undefined {
    const found = entry.isLink ? followLink(entry.absolute, this.#realRoot) : ownStat(entry.absolute);
    if (typeof found === 'string') return this.#refuse(entry.path, found);
    const { stat, real } = found;
    if (!stat.isFile()) return this.#refuse(entry.path, specialFile(stat));
    const { limits } = this.#request;
    if (stat.size > limits.maximumFileSize) {
      const limit = `${limits.maximumFileSize} that ${limits.owner} takes`;
      this.#refuse(entry.path, `has ${stat.size} bytes, more than the ${limit}`);
    }
    this.#files += 1;
    this.#totalSize += stat.size;
    if (this.#isTooMuch() || stat.size > limits.maximumFileSize) return undefined;
    return this.#visitor.file({ path: entry.path, source: real, stat }) ?? undefined;
  }

  /** Counting goes on, but nothing is gained by looking at more files. */
  #isTooMuch(): boolean {
    const { maximumFiles, maximumTotalSize } = this.#request.limits;
    return this.#files > maximumFiles || this.#totalSize > maximumTotalSize;
  }

  #isEndless(): boolean {
    return this.#files + this.#directories > COUNT_BEYOND_LIMIT * Math.max(this.#request.limits.maximumFiles, 1);
  }

  #refuse(path: string, reason: string): undefined {
    this.#problems.push({ path, reason });
  }

  async #pause(): Promise<void> {
    this.#sincePause = 0;
    this.#request.onProgress?.(this.#files);
    await setImmediate();
    this.#request.signal?.throwIfAborted();
  }
}

function listableDirectory(directory: string): string {
  try {
    const real = realpathSync(directory);
    opendirSync(real).closeSync();
    return real;
  } catch (error) {
    throw failure('packaging.unreadable', { path: directory, reason: messageOf(error) }, { cause: error });
  }
}

function ownStat(absolute: string): FollowedLink | string {
  try {
    return { real: absolute, stat: lstatSync(absolute) };
  } catch (error) {
    return unreadable(error);
  }
}
