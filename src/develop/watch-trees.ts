/** Says that something below some directories has changed, as soon as the operating system says so. */
import { type FSWatcher, readdirSync, statSync, watch } from 'node:fs';
import { join, relative } from 'node:path';

export interface TreeWatch {
  /** Watches these directories from now on, and what is below them; those that were watched before stay so. */
  add(roots: readonly string[]): void;
  close(): void;
}

export interface TreeWatchOptions {
  /** With the path below its root; '' when only the directory is known. */
  readonly onChange: (path: string) => void;
  /** The operating system watches no more directories: what changes below some is not seen. */
  readonly onLimit: () => void;
}

/** Nothing that is served is below them, and there may be very many directories. */
const ignored = new Set([
  ...['node_modules', '__pycache__', '.venv', 'venv', '.tox', '.mypy_cache', '.pytest_cache'],
  ...['.git', '.hg', '.svn', '.idea', '.vscode', '.gradle', '.cache'],
]);

export function watchTrees(options: TreeWatchOptions): TreeWatch {
  const watchers = new Map<string, FSWatcher>();
  let isClosed = false;

  const forget = (directory: string) => {
    watchers.get(directory)?.close();
    watchers.delete(directory);
  };

  const onEvent = (root: string, directory: string, name: string | null) => {
    if (isClosed) return;
    if (name === null) return options.onChange('');
    if (ignored.has(name)) return;
    const path = join(directory, name);
    // A new directory, perhaps with others in it; one that is gone takes its watcher with it.
    if (isDirectory(path)) addTree(root, path);
    else forget(path);
    options.onChange(relative(root, path));
  };

  const addTree = (root: string, directory: string): void => {
    if (isClosed || watchers.has(directory)) return;
    try {
      const watcher = watch(directory, { persistent: false }, (_, name) => onEvent(root, directory, name));
      watcher.on('error', () => forget(directory));
      watchers.set(directory, watcher);
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? error.code : undefined;
      if (code === 'ENOSPC' || code === 'EMFILE') options.onLimit();
      return;
    }
    for (const name of foldersIn(directory)) addTree(root, join(directory, name));
  };

  return {
    add: (roots) => {
      for (const root of roots) addTree(root, root);
    },
    close: () => {
      isClosed = true;
      for (const directory of [...watchers.keys()]) forget(directory);
    },
  };
}

function foldersIn(directory: string): readonly string[] {
  try {
    const entries = readdirSync(directory, { withFileTypes: true });
    return entries.filter((entry) => entry.isDirectory() && !ignored.has(entry.name)).map((entry) => entry.name);
  } catch {
    return [];
  }
}

function isDirectory(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}
