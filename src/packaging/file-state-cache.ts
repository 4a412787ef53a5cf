/** Remembers the digest of files that have not changed, as git's index does, so that an unchanged tree is not read. */
import type { Stats } from 'node:fs';
import type { Clock } from '../support/clock.ts';
import { digestOfValue } from '../support/digest.ts';
import { type FileStates, readFileStates, STAT_FIELDS, writeFileStates } from './file-state-file.ts';
import type { SelectionRules } from './selection-rules.ts';

/** One walk over one tree: made by `openFileStateCache` for it, asked once a file, saved at its end. */
export interface FileStateCache {
  /** The digest that the content had when it was last read; undefined when it must be read. */
  lookup(path: string, stat: Stats): string | undefined;
  /** @param stat taken after the content was read */
  record(path: string, stat: Stats, digest: string): void;
  /** The digest of the last tree when everything looked up so far was in it, in order, and nothing else was. */
  unchangedTreeDigest(): string | undefined;
  /** Replaces what was stored by what was looked up and recorded; a disk that refuses costs time later, no error. */
  save(treeDigest: string): void;
}

/** The key of a tree: two modules of one directory with the same rules share a file. */
export function fileStateKey(directory: string, rules: SelectionRules): string {
  return digestOfValue([directory, rules.signature, rules.dropsCompiledPython]);
}

/** @param cacheDirectory absolute; made when there is something to save */
export function openFileStateCache(cacheDirectory: string, key: string, clock: Clock): FileStateCache {
  return new StoredFileStates(cacheDirectory, key, clock.now());
}

const FIRST_FILES = 256;

/** Time stamps of files are taken from a clock that ticks every few milliseconds. */
const CLOCK_TICK_MS = 20;
/** Some file systems keep whole seconds only, or even ones. */
const COARSE_TICK_MS = 2000;

class StoredFileStates implements FileStateCache {
  readonly #directory: string;
  readonly #key: string;
  readonly #openedAtMs: number;
  readonly #stored: FileStates;
  readonly #next: { readonly paths: string[]; readonly digests: string[] } = { paths: [], digests: [] };
  /** Of the files in `#next`; the rest is room for more. */
  #stats: Float64Array;
  #positions: Map<string, number> | undefined;
  #isChanged = false;

  constructor(directory: string, key: string, openedAtMs: number) {
    this.#directory = directory;
    this.#key = key;
    this.#openedAtMs = openedAtMs;
    this.#stored = readFileStates(directory, key);
    this.#stats = new Float64Array(Math.max(this.#stored.stats.length, FIRST_FILES * STAT_FIELDS));
  }

  lookup(path: string, stat: Stats): string | undefined {
    const position = this.#positionOf(path);
    const digest = position === undefined ? undefined : this.#stored.digests[position];
    if (position === undefined || digest === undefined || !this.#isAsStored(position, stat)) return undefined;
    this.#remember(path, digest, stat);
    return digest;
  }

  record(path: string, stat: Stats, digest: string): void {
    this.#isChanged = true;
    this.#remember(path, digest, stat);
  }

  unchangedTreeDigest(): string | undefined {
    const isWhole = !this.#isChanged && this.#next.paths.length === this.#stored.paths.length;
    return isWhole && this.#positions === undefined ? this.#stored.treeDigest : undefined;
  }

  save(treeDigest: string): void {
    if (this.unchangedTreeDigest() === treeDigest) return;
    const { paths, digests } = this.#next;
    const states = { treeDigest, paths, digests, stats: this.#stats.subarray(0, paths.length * STAT_FIELDS) };
    writeFileStates(this.#directory, this.#key, states, this.#openedAtMs);
  }

  /** Walks come in the same order, so the next stored path is nearly always the one that is asked for. */
  #positionOf(path: string): number | undefined {
    const expected = this.#next.paths.length;
    if (this.#positions === undefined && this.#stored.paths[expected] === path) return expected;
    this.#positions ??= new Map(this.#stored.paths.map((stored, position) => [stored, position]));
    return this.#positions.get(path);
  }

  #isAsStored(position: number, stat: Stats): boolean {
    const { stats } = this.#stored;
    const at = position * STAT_FIELDS;
    return (
      stats[at] === stat.size &&
      stats[at + 1] === stat.mtimeMs &&
      stats[at + 2] === stat.ctimeMs &&
      stats[at + 3] === stat.ino &&
      stats[at + 4] === stat.dev
    );
  }

  #remember(path: string, digest: string, stat: Stats): void {
    const at = this.#next.paths.push(path) * STAT_FIELDS - STAT_FIELDS;
    this.#next.digests.push(digest);
    if (at === this.#stats.length) {
      const larger = new Float64Array(at * 2);
      larger.set(this.#stats);
      this.#stats = larger;
    }
    // NaN equals nothing: a racy file is read again.
    const changedAt = this.#isRacy(stat) ? Number.NaN : stat.ctimeMs;
    this.#stats.set([stat.size, stat.mtimeMs, changedAt, stat.ino, stat.dev], at);
  }

  /** Changed so recently that a change after reading could leave the same time stamps. */
  #isRacy(stat: Stats): boolean {
    const changedAt = Math.max(stat.mtimeMs, stat.ctimeMs);
    const tick = changedAt % 1000 === 0 ? COARSE_TICK_MS : CLOCK_TICK_MS;
    return changedAt >= this.#openedAtMs - tick;
  }
}
