/** A folder for everything that a development platform keeps, gone when the process is. */
import { lstatSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

export interface TemporaryHome {
  readonly directory: string;
  /** May be called twice. */
  remove(): void;
}

const PREFIX = 'appcfg-dev-';

/** @param parent a folder for temporary files; what killed processes of this user left there goes */
export function openTemporaryHome(parent: string): TemporaryHome {
  for (const name of abandoned(parent)) remove(join(parent, name));
  const directory = mkdtempSync(join(parent, `${PREFIX}${process.pid}-`));
  const onExit = () => remove(directory);
  // Also on a second Ctrl-C, which ends the process at once.
  process.once('exit', onExit);
  return {
    directory,
    remove: () => {
      process.off('exit', onExit);
      remove(directory);
    },
  };
}

function abandoned(parent: string): readonly string[] {
  return readdirSync(parent).filter((name) => {
    const pid = Number(/^appcfg-dev-(\d+)-/.exec(name)?.[1]);
    return Number.isInteger(pid) && !isAlive(pid) && isOurs(join(parent, name));
  });
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

function isOurs(path: string): boolean {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  return stats?.isDirectory() === true && stats.uid === process.getuid?.();
}

function remove(directory: string): void {
  try {
    rmSync(directory, { recursive: true, force: true, maxRetries: 3 });
  } catch {
    // A file that somebody holds; the next run takes it away.
  }
}
