/** Which commit a directory is at, by the git of this machine; nothing where there is no git, or no repository. */
import { execFile } from 'node:child_process';
import type { SourceCommit } from '../model/source-commit.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** A repository on a slow network drive must not hold a deploy up. */
const PATIENCE_MS = 3000;

/** Never rejects. */
export async function gitCommit(directory: string, environment: Environment): Promise<SourceCommit | undefined> {
  const git = (...args: readonly string[]) => run(directory, environment, args);
  const [id, branch, changes] = await Promise.all([
    git('rev-parse', '--verify', 'HEAD'),
    git('symbolic-ref', '--short', '--quiet', 'HEAD'),
    // Of this directory alone: what changed elsewhere in the repository is not deployed.
    git('status', '--porcelain', '--untracked-files=normal', '--', '.'),
  ]);
  if (id === undefined || !/^[0-9a-f]{40,64}$/.test(id)) return undefined;
  return {
    id,
    ...(branch ? { branch: branch.slice(0, 256) } : {}),
    isDirty: changes !== '',
  };
}

/** Takes no lock and runs no program that the repository's own configuration names. */
function run(directory: string, environment: Environment, args: readonly string[]): Promise<string | undefined> {
  const safe = ['--no-optional-locks', '-c', 'core.fsmonitor=false', '-c', 'core.hooksPath=/dev/null'];
  const env = { ...environment, GIT_TERMINAL_PROMPT: '0', LC_ALL: 'C' };
  return new Promise((resolve) => {
    execFile(
      'git',
      [...safe, ...args],
      { cwd: directory, env, timeout: PATIENCE_MS, maxBuffer: 64 * 1024 * 1024, windowsHide: true },
      (error, stdout) => resolve(error ? undefined : stdout.trim()),
    );
  });
}
