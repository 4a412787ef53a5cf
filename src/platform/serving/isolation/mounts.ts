/** What a sandbox shows of the machine, as data: a list of mounts, and whether a path is among them. Pure. */
import { dirname } from 'node:path';

export type Mount =
  | { readonly type: 'read-only'; readonly path: string; readonly source?: string }
  | { readonly type: 'writable'; readonly path: string; readonly source: string }
  | { readonly type: 'link'; readonly path: string; readonly to: string }
  /** In memory, empty, everybody may write. */
  | { readonly type: 'scratch'; readonly path: string; readonly bytes: number }
  /** Hides what is there. */
  | { readonly type: 'empty'; readonly path: string };

export function isWithin(path: string, directory: string): boolean {
  return path === directory || directory === '/' || path.startsWith(`${directory}/`);
}

/** The parents of a path that are neither in `known` nor below a mount, outermost first. */
export function parentsToMake(path: string, known: ReadonlySet<string>): readonly string[] {
  const parents: string[] = [];
  for (let parent = dirname(path); parent !== '/' && !known.has(parent); parent = dirname(parent))
    parents.unshift(parent);
  return parents;
}

export interface WantedPaths {
  /** What every program of the machine needs. */
  readonly system: readonly Mount[];
  /** Directories that no application may see, except for what is wanted below them. */
  readonly hidden: readonly string[];
  /** Read-only, under their own names; what holds something hidden is left out. */
  readonly readOnly: readonly string[];
}

/** System, then what hides parts of it, then what is wanted; nothing twice. */
export function planMounts({ system, hidden, readOnly }: WantedPaths): readonly Mount[] {
  const shown = system.filter((mount) => mount.type === 'read-only').map(({ path }) => path);
  const masks = outermost(hidden).filter((path) => shown.some((directory) => isWithin(path, directory)));
  const isShown = (path: string) =>
    shown.some((directory) => isWithin(path, directory)) && !masks.some((mask) => isWithin(path, mask));
  const wouldReveal = (path: string) => hidden.some((directory) => isWithin(directory, path));
  const wanted = outermost(readOnly.filter((path) => !isShown(path) && !wouldReveal(path)));
  return [
    ...system,
    ...masks.map((path): Mount => ({ type: 'empty', path })),
    ...wanted.map((path): Mount => ({ type: 'read-only', path })),
  ];
}

/** Without those that lie within another one. */
function outermost(paths: readonly string[]): readonly string[] {
  const unique = [...new Set(paths)];
  return unique.filter((path) => !unique.some((other) => other !== path && isWithin(path, other)));
}
