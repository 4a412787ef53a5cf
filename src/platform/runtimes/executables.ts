/** Where programs are: the executables of a name on a PATH, in its order. */
import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, isAbsolute, join } from 'node:path';

export type Environment = Readonly<Record<string, string | undefined>>;

const DEFAULT_PATH = '/usr/local/bin:/usr/bin:/bin';

/** Relative entries of PATH depend on who looks, so they are left out. */
export function searchPath(environment: Environment): string {
  const entries = (environment.PATH ?? DEFAULT_PATH).split(delimiter).filter((entry) => isAbsolute(entry));
  return entries.length > 0 ? entries.join(delimiter) : DEFAULT_PATH;
}

export function executablesNamed(name: string, environment: Environment): readonly string[] {
  const candidates = searchPath(environment)
    .split(delimiter)
    .map((entry) => join(entry, name));
  return [...new Set(candidates)].filter(isExecutable);
}

export function findExecutable(name: string, environment: Environment): string | undefined {
  return executablesNamed(name, environment)[0];
}

export function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
