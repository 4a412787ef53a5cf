/** Where a symbolic link leads, and why it may not be followed. */
import { readlinkSync, realpathSync, type Stats, statSync } from 'node:fs';
import { unreadable } from './tree-problem.ts';

export interface FollowedLink {
  /** Real path of the target. */
  readonly real: string;
  readonly stat: Stats;
}

/** The target's kind is needed by ignore rules before it is known whether the link may be followed. */
export function linkTarget(absolute: string): Stats | undefined {
  try {
    return statSync(absolute, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}

/** @returns the target, or why the link is refused, as the end of the sentence "PATH ..." */
export function followLink(absolute: string, realRoot: string): FollowedLink | string {
  try {
    const stat = statSync(absolute, { throwIfNoEntry: false });
    const target = readlinkSync(absolute);
    if (stat === undefined) return `is a symbolic link to ${target}, which does not exist`;
    const real = realpathSync(absolute);
    if (real !== realRoot && !real.startsWith(realRoot === '/' ? '/' : `${realRoot}/`)) {
      return `is a symbolic link to ${target}, which is outside the module's directory`;
    }
    return { real, stat };
  } catch (error) {
    return unreadable(error);
  }
}
