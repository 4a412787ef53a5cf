/** Files of a deployment by their path in a URL: nothing outside its directory, whatever the path says. */
import { realpathSync, type Stats, statSync } from 'node:fs';
import { join, sep } from 'node:path';

export interface FoundFile {
  /** Absolute, without symbolic links. */
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  readonly modifiedMs: number;
}

/** Whether a relative path, decoded from a URL, may be looked up at all. */
export function isSafeRelativePath(path: string): boolean {
  if (path === '' || path.includes('\0') || path.includes('\\')) return false;
  return path.split('/').every((part) => part !== '' && part !== '.' && part !== '..');
}

/**
 * The file under `root`; `missing` also for directories, devices and whatever lies outside.
 * @param root absolute, without symbolic links
 */
export function findFile(root: string, path: string): FoundFile | 'missing' | 'unreadable' {
  if (!isSafeRelativePath(path)) return 'missing';
  try {
    const real = realpathSync.native(join(root, path));
    if (!real.startsWith(root.endsWith(sep) ? root : root + sep)) return 'missing';
    const stats: Stats = statSync(real);
    if (!stats.isFile()) return 'missing';
    return { path: real, size: stats.size, modifiedMs: Math.floor(stats.mtimeMs / 1000) * 1000 };
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EACCES' ? 'unreadable' : 'missing';
  }
}
