/** Reads module files from disk, with what they include. */
import { realpathSync } from 'node:fs';
import { basename, dirname, isAbsolute, join, resolve } from 'node:path';
import type { Diagnostic } from '../model/diagnostic.ts';
import { DEFAULT_MODULE } from '../model/names.ts';
import type { VariableSource } from './app/expand-variables.ts';
import type { FindInclude } from './app/includes.ts';
import { type ModuleReading, parseModuleFile } from './app/parse-module-file.ts';
import type { Overrides } from './check-overrides.ts';
import { type FoundFile, shownPath } from './find-files.ts';
import { diagnosticOfFile } from './findings.ts';
import { readConfigFile } from './read-config-file.ts';

export interface ModuleOnDisk extends ModuleReading {
  readonly file: string;
  /** Absolute. */
  readonly path: string;
  /** Absolute: what is uploaded. */
  readonly directory: string;
}

interface LoadOptions {
  readonly workingDirectory: string;
  readonly allowsAnyRuntime?: boolean;
  readonly variables?: Readonly<Record<string, string>> | undefined;
}

export function loadModules(
  files: readonly FoundFile[],
  options: LoadOptions,
  overrides: Overrides,
): readonly ModuleOnDisk[] {
  return files.map((found) => loadModule(found, options, overrides));
}

function loadModule({ path, file }: FoundFile, options: LoadOptions, overrides: Overrides): ModuleOnDisk {
  const directory = baseDirectoryOf(path);
  const read = readConfigFile(path, file);
  if (!read.ok) return { file, path, directory, diagnostics: [read.diagnostic] };
  const reading = parseModuleFile(read.source, file, {
    findInclude: includeFinder(path, directory, options.workingDirectory),
    overrides,
    environmentVariables: overrides.environmentVariables,
    allowsAnyRuntime: options.allowsAnyRuntime ?? false,
    variables: sourceOf(options.variables),
  });
  const unnamed = unnamedModule(reading, path, file);
  return { ...reading, file, path, directory, diagnostics: [...reading.diagnostics, ...unnamed] };
}

/** By a name from a file: every object has a `constructor`. */
function sourceOf(variables: LoadOptions['variables']): VariableSource | undefined {
  return variables && ((name) => (Object.hasOwn(variables, name) ? variables[name] : undefined));
}

/** Java's staging puts app.yaml into a folder of the application; the application is what is uploaded. */
function baseDirectoryOf(path: string): string {
  const directory = dirname(path);
  const suffix = join('WEB-INF', 'appengine-generated');
  return directory.endsWith(suffix) ? resolve(directory, '..', '..') : directory;
}

/** Only app.yaml may leave its module out: any other file would silently replace the default module. */
function unnamedModule({ value }: ModuleReading, path: string, file: string): readonly Diagnostic[] {
  const name = basename(path);
  if (value === undefined || value.namesModule || name === 'app.yaml' || name === 'app.yml') return [];
  const message = '"module" is missing; every module file but app.yaml must have it.';
  const hint = `For example: module: ${name.replace(/\.ya?ml$/, '').toLowerCase()} (or module: ${DEFAULT_MODULE}), or -M NAME.`;
  return [{ ...diagnosticOfFile(file, 'missing-key', message, hint), path: 'module' }];
}

/** Relative to the file that includes, then to the application, then to the current directory; a directory means its include.yaml. */
function includeFinder(path: string, directory: string, workingDirectory: string): FindInclude {
  return (named, from) => {
    const places = [dirname(from ?? path), directory, workingDirectory];
    for (const place of isAbsolute(named) ? [''] : places) {
      const base = resolve(place, named);
      for (const candidate of [base, join(base, 'include.yaml'), join(base, 'include.yml')]) {
        const file = shownPath(candidate, workingDirectory);
        const read = readConfigFile(candidate, file);
        if (read.ok) return { file, identity: realpathSync(candidate), source: read.source };
      }
    }
    return undefined;
  };
}
