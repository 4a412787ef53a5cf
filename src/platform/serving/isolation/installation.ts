/** What has to be visible so that a program outside the system's directories runs: its folder, and what belongs to it. */
import { existsSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, isAbsolute, join } from 'node:path';

/** Parts of an installation that hold no one's data. */
const PROGRAM_PARTS = ['bin', 'sbin', 'lib', 'lib64', 'libexec', 'conf', 'include', 'pyvenv.cfg'];
/** Where pyenv, rbenv, nodenv and asdf keep their wrappers, which look for everything else beside them. */
const WRAPPER_FOLDER = 'shims';

/** True for a directory that must not be shown as a whole: a home, or one that holds it. */
export type IsPersonal = (directory: string) => boolean;

/** Directories are shown as they are, programs with what they need. */
export function installationOf(path: string, isPersonal: IsPersonal): readonly string[] {
  const stats = isAbsolute(path) ? statSync(path, { throwIfNoEntry: false }) : undefined;
  if (stats === undefined) return [];
  return stats.isDirectory() ? [path] : installationOfProgram(path, isPersonal);
}

/** A program, under the name by which it is called and under its real one: `python3` of a virtual environment. */
export function installationOfProgram(program: string, isPersonal: IsPersonal): readonly string[] {
  const names = [program, realPath(program)].filter((name) => name !== undefined);
  return [...new Set(names.flatMap((name) => [name, ...installationOfFolder(dirname(name), isPersonal)]))];
}

/** A directory on PATH. */
export function installationOfFolder(folder: string, isPersonal: IsPersonal): readonly string[] {
  const prefix = dirname(folder);
  const isWhole = ['bin', 'sbin', WRAPPER_FOLDER].includes(basename(folder));
  const wantsPrefix = isWhole && !isPersonal(prefix) && prefix !== dirname(prefix);
  // `~/.local` and `~/.cargo` hold passwords and tokens beside programs; `/opt` is not one program's.
  if (wantsPrefix && (basename(folder) === WRAPPER_FOLDER || (!isPersonal(dirname(prefix)) && depth(prefix) > 1)))
    return [prefix];
  const parts = isWhole ? PROGRAM_PARTS.map((name) => join(prefix, name)) : [];
  return [...new Set([folder, ...parts])].filter((path) => existsSync(path) && !isPersonal(path));
}

function depth(path: string): number {
  return path.split('/').filter((part) => part !== '').length;
}

function realPath(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch {
    return undefined;
  }
}
