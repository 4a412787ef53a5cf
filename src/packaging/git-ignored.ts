/** Files that git would ignore, by every .gitignore between the top of the repository and the file. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import type { Ignore } from 'ignore';
import type { TreeProblem } from './tree-problem.ts';

/** @param directory absolute; @param paths relative to it, with `/` */
export async function gitIgnored(directory: string, paths: readonly string[]): Promise<readonly TreeProblem[]> {
  const { default: ignore } = await import('ignore');
  const repository = repositoryOf(directory);
  const prefix = relative(repository, directory).split(sep).filter(Boolean);
  const judge = new GitIgnoreJudge(repository, () => ignore());
  return paths.flatMap((path) => {
    const source = judge.ignoredBy([...prefix, ...path.split('/')].join('/'));
    return source === undefined ? [] : [{ path, reason: `is ignored by git (${source})` }];
  });
}

/** The directory itself where there is no repository around it. */
function repositoryOf(directory: string): string {
  for (let current = directory; ; current = dirname(current)) {
    if (existsSync(join(current, '.git'))) return current;
    if (dirname(current) === current) return directory;
  }
}

interface GitIgnoreFile {
  /** Of the repository, with its final `/`; empty at the top. */
  readonly prefix: string;
  readonly name: string;
  readonly rules: Ignore;
}

class GitIgnoreJudge {
  readonly #repository: string;
  readonly #newRules: () => Ignore;
  readonly #files = new Map<string, readonly GitIgnoreFile[]>();
  /** Directory -> the file that ignores it; what is inside can't be brought back. */
  readonly #directories = new Map<string, string | undefined>();

  constructor(repository: string, newRules: () => Ignore) {
    this.#repository = repository;
    this.#newRules = newRules;
  }

  ignoredBy(path: string): string | undefined {
    const end = path.lastIndexOf('/');
    return (end === -1 ? undefined : this.#directoryIgnoredBy(path.slice(0, end))) ?? this.#entryIgnoredBy(path, path);
  }

  #directoryIgnoredBy(directory: string): string | undefined {
    if (this.#directories.has(directory)) return this.#directories.get(directory);
    const end = directory.lastIndexOf('/');
    const above = end === -1 ? undefined : this.#directoryIgnoredBy(directory.slice(0, end));
    const source = above ?? this.#entryIgnoredBy(directory, `${directory}/`);
    this.#directories.set(directory, source);
    return source;
  }

  /** The nearest file that says anything decides. @param tested the entry, with a final `/` when it is a directory */
  #entryIgnoredBy(entry: string, tested: string): string | undefined {
    const end = entry.lastIndexOf('/');
    const files = this.#filesFor(end === -1 ? '' : entry.slice(0, end + 1));
    for (const { prefix, name, rules } of files) {
      const verdict = rules.test(tested.slice(prefix.length));
      if (verdict.ignored) return name;
      if (verdict.unignored) return undefined;
    }
    return undefined;
  }

  /** Those that speak about entries of a directory, nearest first. */
  #filesFor(prefix: string): readonly GitIgnoreFile[] {
    const known = this.#files.get(prefix);
    if (known !== undefined) return known;
    const above =
      prefix === '' ? this.#exclude() : this.#filesFor(prefix.slice(0, prefix.lastIndexOf('/', prefix.length - 2) + 1));
    const files = [...this.#read(prefix, `${prefix}.gitignore`), ...above];
    this.#files.set(prefix, files);
    return files;
  }

  #exclude(): readonly GitIgnoreFile[] {
    return this.#read('', '.git/info/exclude');
  }

  #read(prefix: string, name: string): readonly GitIgnoreFile[] {
    try {
      return [{ prefix, name, rules: this.#newRules().add(readFileSync(join(this.#repository, name), 'utf8')) }];
    } catch {
      // Absent nearly everywhere; git too goes on without one that it can't read.
      return [];
    }
  }
}
