/** What all sandboxes of a platform have in common: the system they show, what they hide, and the files they are fed. */
import { chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { type Environment, searchPath } from '../../runtimes/executables.ts';
import { callFilter } from './call-filter.ts';
import { type IsPersonal, installationOfFolder, installationOfProgram } from './installation.ts';
import { isWithin, type Mount } from './mounts.ts';
import type { PlatformDirectories } from './open-directories.ts';
import { systemMounts } from './system-mounts.ts';

export interface SandboxFiles {
  /** Of the platform's own making; nothing in it is secret. */
  readonly directory: string;
  readonly filterFile: string | undefined;
  readonly system: readonly Mount[];
  /** Launchers, and what entrypoints find on the platform's PATH. */
  readonly toolPaths: readonly string[];
  /** Directories that no application may see. */
  readonly hidden: readonly string[];
  readonly isPersonal: IsPersonal;
}

export interface SandboxOptions {
  readonly directories: PlatformDirectories;
  /** Launchers that ship with the package. */
  readonly assetsDirectory: string;
  /** Of the platform. */
  readonly environment: Environment;
}

export function sandboxFiles({ directories, assetsDirectory, environment }: SandboxOptions): SandboxFiles {
  const { home, run } = directories;
  const directory = join(run, 'isolation');
  mkdirSync(directory, { recursive: true });
  chmodSync(directory, 0o755);
  const hidden = [home.state, home.cache, home.config, environment.HOME ?? '', homedir()].filter(
    (path) => path !== '' && path !== '/' && existsSync(path),
  );
  const isPersonal = (path: string) => hidden.some((one) => isWithin(one, path));
  const folders = searchPath(environment).split(delimiter).filter(existsSync);
  return {
    directory,
    filterFile: writeFilter(directory),
    system: systemMounts(),
    toolPaths: [
      assetsDirectory,
      ...installationOfProgram(process.execPath, isPersonal),
      ...folders.flatMap((folder) => installationOfFolder(folder, isPersonal)),
    ],
    hidden,
    isPersonal,
  };
}

function writeFilter(directory: string): string | undefined {
  const filter = process.platform === 'linux' ? callFilter(process.arch) : undefined;
  if (filter === undefined) return undefined;
  const file = join(directory, 'calls.bpf');
  writeFileSync(file, filter);
  return file;
}
