/** The entries of one directory: what the rules keep, in the order of a manifest, and what is wrong with their names. */
import { type Dirent, readdirSync } from 'node:fs';
import { manifestPathProblem } from '../model/manifest.ts';
import { nameClashes } from './name-clashes.ts';
import type { SelectionRules } from './selection-rules.ts';
import { linkTarget } from './tree-link.ts';
import type { TreeProblem } from './tree-problem.ts';

export interface TreeEntry {
  /** Relative to the module's directory, with `/`. */
  readonly path: string;
  readonly absolute: string;
  /** Also true of a link to a directory. */
  readonly isDirectory: boolean;
  readonly isLink: boolean;
}

export interface IgnoredEntry {
  readonly path: string;
  /** As its author knows it: `.gcloudignore:3 *.log`. */
  readonly rule: string;
  /** A directory is left out with everything in it. */
  readonly isDirectory: boolean;
}

export interface DirectoryListing {
  readonly kept: readonly TreeEntry[];
  readonly ignored: readonly IgnoredEntry[];
  readonly problems: readonly TreeProblem[];
  readonly warnings: readonly TreeProblem[];
}

/**
 * @param prefix path of the directory with its final `/`, empty at the top
 * @param real its absolute path, links resolved
 * @throws what `readdir` throws
 */
export function listDirectory(prefix: string, real: string, rules: SelectionRules): DirectoryListing {
  const dirents = readdirSync(real, { withFileTypes: true });
  const kept: TreeEntry[] = [];
  const ignored: IgnoredEntry[] = [];
  const problems: TreeProblem[] = [];
  const warnings: TreeProblem[] = [];
  for (const dirent of dirents) {
    const entry = entryOf(prefix, real, dirent);
    const rule = rules.leftOutBy(entry.path, entry.isDirectory);
    const source = rule === undefined && rules.dropsCompiledPython ? compiledFrom(dirent.name, dirents) : undefined;
    const problem = rule === undefined ? nameProblem(dirent.name, entry.path) : undefined;
    if (rule !== undefined) ignored.push({ path: entry.path, rule, isDirectory: entry.isDirectory });
    else if (source !== undefined) {
      ignored.push({ path: entry.path, rule: `compiled from ${source}`, isDirectory: false });
      warnings.push({ path: entry.path, reason: `is left out, because ${source} is beside it` });
    } else if (problem !== undefined) problems.push({ path: entry.path, reason: problem });
    else kept.push(entry);
  }
  kept.sort(byManifestOrder);
  if (kept.length > 1) addClashes(prefix, kept, { problems, warnings });
  return { kept, ignored, problems, warnings };
}

function entryOf(prefix: string, real: string, dirent: Dirent): TreeEntry {
  const absolute = `${real}/${dirent.name}`;
  const isLink = dirent.isSymbolicLink();
  const isDirectory = isLink ? linkTarget(absolute)?.isDirectory() === true : dirent.isDirectory();
  return { path: prefix + dirent.name, absolute, isDirectory, isLink };
}

function compiledFrom(name: string, siblings: readonly Dirent[]): string | undefined {
  if (!name.endsWith('.pyc')) return undefined;
  const source = name.slice(0, -1);
  return siblings.some((sibling) => sibling.name === source) ? source : undefined;
}

/** The directories above were checked before, so the name is looked at alone, and the path for its length. */
function nameProblem(name: string, path: string): string | undefined {
  // What a name that is not UTF-8 decodes to; the file could not be opened by it.
  if (name.includes('\ufffd')) return 'has a name that is not valid UTF-8';
  return manifestPathProblem(path.length > 1024 ? path : name);
}

/** Code unit order of whole paths: a directory counts with the `/` that follows it. */
function byManifestOrder(a: TreeEntry, b: TreeEntry): number {
  const left = a.isDirectory ? `${a.path}/` : a.path;
  const right = b.isDirectory ? `${b.path}/` : b.path;
  return left < right ? -1 : 1;
}

interface Findings {
  readonly problems: TreeProblem[];
  readonly warnings: TreeProblem[];
}

function addClashes(prefix: string, kept: readonly TreeEntry[], { problems, warnings }: Findings): void {
  for (const { first, second, isSameText } of nameClashes(kept.map((entry) => entry.path.slice(prefix.length)))) {
    const path = prefix + second;
    if (isSameText) problems.push({ path, reason: `has the same name as ${prefix}${first} in another Unicode form` });
    else
      warnings.push({
        path,
        reason: `differs from ${prefix}${first} only in case, which some machines can't tell apart`,
      });
  }
}
