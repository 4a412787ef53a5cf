/** The hard limits of this process: whoever is not privileged can lower them for its programs, and never raise them. */
import { readFileSync } from 'node:fs';

/** More than a server with thousands of connections needs, and few enough that one application can't take all. */
const MOST_FILES = 65_536;

/** How many files a process of an application may have open. */
export function mostOpenFiles(): number {
  return Math.min(MOST_FILES, hardLimit('Max open files'));
}

/** How many processes and threads a user may have. */
export function mostProcesses(): number {
  return hardLimit('Max processes');
}

function hardLimit(name: string): number {
  try {
    const limits = readFileSync('/proc/self/limits', 'latin1');
    const hard = new RegExp(`^${name}\\s+\\S+\\s+(\\d+)`, 'm').exec(limits)?.[1];
    return hard === undefined ? Number.POSITIVE_INFINITY : Number(hard);
  } catch {
    return Number.POSITIVE_INFINITY;
  }
}
