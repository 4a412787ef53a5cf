/** The files of the package's templates. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { StarterRuntime } from './starter-runtime.ts';

/** Relative path -> content; the yaml files have places to fill. */
export type Templates = ReadonlyMap<string, string>;

/** @param root the package's folder `templates` */
export function readTemplates(root: string, runtime: StarterRuntime | 'settings'): Templates {
  const folder = join(root, runtime);
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = files.map((entry) => join(entry.parentPath, entry.name)).sort();
  return new Map(paths.map((path) => [path.slice(folder.length + 1), readFileSync(path, 'utf8')]));
}
