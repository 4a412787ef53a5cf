/** The platform's environment without the programs that only its own user can run. */
import { realpathSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { type Environment, searchPath } from '../../runtimes/executables.ts';

const NOWHERE = '/nonexistent';

/** Runtimes look for interpreters on PATH and among pyenv's versions. */
export function environmentOfOthers(environment: Environment): Environment {
  const folders = searchPath(environment).split(delimiter).filter(canEnter);
  const pyenv = environment.PYENV_ROOT || join(environment.HOME || homedir(), '.pyenv');
  return {
    ...environment,
    PATH: folders.length > 0 ? folders.join(delimiter) : '/usr/bin:/bin',
    PYENV_ROOT: canEnter(pyenv) ? pyenv : NOWHERE,
  };
}

/** Everybody may enter it and all directories above. */
function canEnter(path: string): boolean {
  try {
    let directory = realpathSync(path);
    while ((statSync(directory).mode & 0o001) !== 0) {
      if (dirname(directory) === directory) return true;
      directory = dirname(directory);
    }
  } catch {
    // Not there, or not for us either.
  }
  return false;
}
