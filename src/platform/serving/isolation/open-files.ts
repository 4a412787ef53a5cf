/** How many files a process of an application may have open. */
import { readFileSync } from 'node:fs';

/** More than a server with thousands of connections needs, and few enough that one application can't take all. */
const MOST = 65_536;

/** Never above the limit of the platform itself: only root may raise that, and not everywhere. */
export function mostOpenFiles(): number {
  try {
    const hard = Number(
      /^Max open files\s+\S+\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'latin1'))?.[1] ?? MOST,
    );
    return Math.min(MOST, hard);
  } catch {
    return MOST;
  }
}
