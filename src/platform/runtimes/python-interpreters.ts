/** Finds the Python interpreters of this machine that really run; every answer is kept for the life of the process. */
import { readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { failure } from '../../errors.ts';
import { buildEnvironment } from './build-environment.ts';
import { capturedRun } from './captured-run.ts';
import { type Environment, executablesNamed, isExecutable } from './executables.ts';
import type { RunCommand } from './runtime.ts';

export interface PythonInterpreter {
  /** The program itself, not a version manager's wrapper around it. */
  readonly path: string;
  /** `3.11.7` */
  readonly version: string;
}

export interface PythonInterpreters {
  /** @throws AppcfgError `runtime.tool-unusable` when APPCFG_PYTHON27 names something else */
  python2(run: RunCommand): Promise<PythonInterpreter | undefined>;
  /** The exact minor version (`3.11`) when it is there, else any Python 3. */
  python3(run: RunCommand, minor?: string): Promise<PythonInterpreter | undefined>;
}

const PROBE = 'import sys; print("appcfg-python %d.%d.%d %s" % (sys.version_info[:3] + (sys.executable,)))';

export function createPythonInterpreters(environment: Environment): PythonInterpreters {
  const probes = new Map<string, Promise<PythonInterpreter | undefined>>();
  const probe = (path: string, run: RunCommand) => {
    const known = probes.get(path);
    if (known) return known;
    const asked = ask(path, run, environment);
    probes.set(path, asked);
    return asked;
  };
  const first = async (paths: readonly string[], run: RunCommand, prefix: string) => {
    for (const path of paths) {
      const found = await probe(path, run);
      if (found?.version.startsWith(prefix)) return found;
    }
    return undefined;
  };
  return {
    async python2(run) {
      const chosen = environment.APPCFG_PYTHON27;
      if (!chosen) return first(python2Candidates(environment), run, '2.7.');
      const found = await first([chosen], run, '2.7.');
      if (found) return found;
      throw failure('runtime.tool-unusable', { variable: 'APPCFG_PYTHON27', path: chosen, needed: 'Python 2.7' });
    },
    async python3(run, minor) {
      const exact =
        minor === undefined ? undefined : await first(exactCandidates(environment, minor), run, `${minor}.`);
      return exact ?? first(executablesNamed('python3', environment), run, '3.');
    },
  };
}

async function ask(path: string, run: RunCommand, environment: Environment): Promise<PythonInterpreter | undefined> {
  const answer = await capturedRun(run, {
    command: path,
    args: ['-c', PROBE],
    environment: buildEnvironment(environment),
  });
  if (!answer.isSuccess) return undefined;
  for (const line of answer.lines) {
    const match = /^appcfg-python (\d+\.\d+\.\d+) (\/.+)$/.exec(line);
    if (match?.[1] && match[2]) return { path: match[2], version: match[1] };
  }
  return undefined;
}

function python2Candidates(environment: Environment): readonly string[] {
  return [...executablesNamed('python2.7', environment), ...pyenvInterpreters(environment, '2.7')];
}

function exactCandidates(environment: Environment, minor: string): readonly string[] {
  const onPath = [...executablesNamed(`python${minor}`, environment), ...executablesNamed('python3', environment)];
  return [...onPath, ...pyenvInterpreters(environment, minor)];
}

/** pyenv keeps each version in a directory of its own; its wrappers on PATH fail for versions that are not chosen. */
function pyenvInterpreters(environment: Environment, minor: string): readonly string[] {
  const root = environment.PYENV_ROOT || join(environment.HOME || homedir(), '.pyenv');
  const versions = join(root, 'versions');
  return directoryNames(versions)
    .filter((name) => name.startsWith(`${minor}.`))
    .sort((a, b) => b.localeCompare(a, 'en', { numeric: true }))
    .map((name) => join(versions, name, 'bin', `python${minor}`))
    .filter(isExecutable);
}

function directoryNames(path: string): readonly string[] {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}
