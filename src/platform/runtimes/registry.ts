/** Which runtime serves a version: the names of app.yaml's `runtime:` key. */
import { failure } from '../../errors.ts';
import { createPythonInterpreters } from './python-interpreters.ts';
import { createPython27 } from './python27.ts';
import type { Runtime } from './runtime.ts';
import type { RuntimeOptions } from './runtime-options.ts';

export type FindRuntime = (runtime: string, environment: 'standard' | 'flexible') => Runtime;

/** @returns a function that throws AppcfgError `runtime.unknown` for names that nothing here serves */
export function createRuntimes(options: RuntimeOptions): FindRuntime {
  const interpreters = createPythonInterpreters(options.environment);
  const runtimes: readonly Runtime[] = [createPython27(options, interpreters)];
  const known = ['python27'];
  return (runtime) => {
    const found = runtimes.find((candidate) => candidate.accepts(runtime));
    if (found) return found;
    throw failure('runtime.unknown', { runtime, known });
  };
}
