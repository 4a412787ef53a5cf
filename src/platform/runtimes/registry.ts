/** Which runtime serves a version: the names of app.yaml's `runtime:` key. */
import { failure } from '../../errors.ts';
import { createCustom } from './custom.ts';
import { createDependencyCache } from './dependency-cache.ts';
import { createGo } from './go.ts';
import { createJava } from './java.ts';
import { createNode } from './nodejs.ts';
import { createPhp } from './php.ts';
import { createPythonInterpreters } from './python-interpreters.ts';
import { createPython3 } from './python3.ts';
import { createPython27 } from './python27.ts';
import type { Runtime } from './runtime.ts';
import type { RuntimeOptions } from './runtime-options.ts';
import { createStatic } from './static.ts';

export type FindRuntime = (runtime: string, environment: 'standard' | 'flexible') => Runtime;

const KNOWN = ['python27', 'python3NN', 'nodejsNN', 'javaNN', 'goNNN', 'phpNN', 'rubyNN', 'custom', 'static'];

/** @returns a function that throws AppcfgError `runtime.unknown` for names that nothing here serves */
export function createRuntimes(options: RuntimeOptions): FindRuntime {
  const interpreters = createPythonInterpreters(options.environment);
  const cache = createDependencyCache();
  const runtimes: readonly Runtime[] = [
    createPython27({ ...options, interpreters, cache }),
    createPython3({ ...options, interpreters, cache }),
    createNode({ ...options, cache }),
    createJava(options),
    createGo({ ...options, cache }),
    createPhp(options),
    createCustom(options),
    createStatic(),
  ];
  return (runtime, environment) => {
    // In the flexible environment `python` is today's Python, in the standard one it was 2.5, then 2.7.
    const name = environment === 'flexible' && runtime === 'python' ? 'python3' : runtime;
    const found = runtimes.find((candidate) => candidate.accepts(name));
    if (found) return found;
    throw failure('runtime.unknown', { runtime, known: KNOWN });
  };
}
