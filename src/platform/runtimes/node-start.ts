/** The command of a Node application without an entrypoint, as App Engine's buildpack chooses it. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { failure } from '../../errors.ts';
import { withExec } from './entrypoint.ts';
import type { PackageFile } from './node-package-file.ts';

/**
 * A start script is run by the shell, with node_modules/.bin on PATH, rather than through npm: one process less for
 * each instance, and signals reach the application. So `npm_*` variables are not set.
 * @throws AppcfgError `runtime.entrypoint-missing`
 */
export function nodeStartCommand(directory: string, file: PackageFile | undefined, runtime: string): string {
  const start = file?.scripts.start;
  if (start !== undefined) {
    const before = file?.scripts.prestart;
    return before === undefined ? withExec(start) : `{ ${before}; } && ${withExec(start)}`;
  }
  for (const candidate of ['server.js', file?.main, 'index.js']) {
    const found = candidate === undefined ? undefined : moduleFile(directory, candidate);
    if (found !== undefined) return `exec node ${quoted(found)}`;
  }
  const reason = 'package.json has no start script and no main, and there is no server.js or index.js';
  throw failure('runtime.entrypoint-missing', { runtime, reason });
}

/** `main` may leave out the extension or name a directory. */
function moduleFile(directory: string, name: string): string | undefined {
  return [name, `${name}.js`, join(name, 'index.js')].find((candidate) => {
    const path = join(directory, candidate);
    return path.endsWith('js') && existsSync(path);
  });
}

function quoted(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}
