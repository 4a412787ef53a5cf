/** What is wrong with, or noteworthy about, an entry of a tree, in words that end the sentence "PATH ...". */
import type { Stats } from 'node:fs';

export interface TreeProblem {
  /** Relative to the module's directory; `.` is the directory itself. */
  readonly path: string;
  /** `is a symbolic link to ../x, which is outside the module's directory`. */
  readonly reason: string;
}

/** Directories list their entries in no order; people and tests want one. */
export function byPath(a: { readonly path: string }, b: { readonly path: string }): number {
  return a.path < b.path ? -1 : 1;
}

export function unreadable(error: unknown): string {
  const code = (error as NodeJS.ErrnoException | undefined)?.code;
  switch (code) {
    case 'EACCES':
    case 'EPERM':
      return "can't be read: permission denied";
    case 'ENOENT':
    case 'ENOTDIR':
      return 'disappeared while it was being packaged';
    case 'ELOOP':
      return 'is a symbolic link that leads to itself';
    default:
      return `can't be read: ${code ?? String(error)}`;
  }
}

export function specialFile(stat: Stats): string {
  if (stat.isFIFO()) return 'is a named pipe, not a file';
  if (stat.isSocket()) return 'is a socket, not a file';
  return 'is a device, not a file';
}
