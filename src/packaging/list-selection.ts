/** What a deploy would take and what the rules leave out, without reading a file: the facts behind `appcfg files`. */
import type { IgnoredEntry } from './directory-listing.ts';
import { byPath, type TreeProblem } from './tree-problem.ts';
import { type WalkRequest, walkTree } from './tree-walk.ts';

export interface SelectedFile {
  readonly path: string;
  /** Bytes. */
  readonly size: number;
}

export interface Selection {
  /** In the order of the manifest. Files over a limit are among the problems instead. */
  readonly files: readonly SelectedFile[];
  readonly ignored: readonly IgnoredEntry[];
  /** Bytes. */
  readonly totalSize: number;
  /** What `packageTree` would refuse. */
  readonly problems: readonly TreeProblem[];
  readonly warnings: readonly TreeProblem[];
}

/** @throws AppcfgError `packaging.unreadable` when the directory can't be listed; the signal's reason */
export async function listSelection(request: WalkRequest): Promise<Selection> {
  const files: SelectedFile[] = [];
  const ignored: IgnoredEntry[] = [];
  const { totalSize, problems, warnings } = await walkTree(request, {
    file: ({ path, stat }) => void files.push({ path, size: stat.size }),
    ignored: (entry) => void ignored.push(entry),
  });
  return { files, ignored: ignored.sort(byPath), totalSize, problems, warnings };
}
