/** `libraries:` of app.yaml, from where the operator has them: an App Engine SDK, or a directory of wheels. */
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Library } from '../../model/version-spec.ts';
import { digestOfValue } from '../../support/digest.ts';
import { buildEnvironment } from './build-environment.ts';
import { runBuildStep } from './build-step.ts';
import type { DependencyCache } from './dependency-cache.ts';
import type { Environment } from './executables.ts';
import type { BuildContext } from './runtime.ts';

export interface LibraryOptions {
  readonly environment: Environment;
  readonly cache: DependencyCache;
  readonly interpreter: string;
}

export interface FoundLibraries {
  /** For sys.path, behind the application's own directory. */
  readonly paths: readonly string[];
  readonly warnings: readonly string[];
}

interface Place {
  readonly name: string;
  readonly version: string;
  /** A directory, or a wheel. */
  readonly path: string;
}

const LIBRARIES_VARIABLE = 'APPCFG_PYTHON27_LIBRARIES';

/** What App Engine put beside a library without being asked. */
const COMPANIONS: Readonly<Record<string, string>> = { webapp2: 'webob', jinja2: 'markupsafe' };

/** Nothing where no place is named: then an import that fails says what to do. */
export async function findLibraries(context: BuildContext, options: LibraryOptions): Promise<FoundLibraries> {
  const where = options.environment[LIBRARIES_VARIABLE];
  const { libraries } = context.deployment.spec;
  if (!where || libraries.length === 0) return { paths: [], warnings: [] };
  const places = [where, join(where, 'lib')].flatMap(placesIn);
  const paths: string[] = [];
  const warnings: string[] = [];
  for (const library of libraries) {
    const found = choose(places, library);
    if (found === undefined) {
      warnings.push(
        `library ${library.name} ${library.version} of app.yaml is not in ${where} (${LIBRARIES_VARIABLE})`,
      );
      continue;
    }
    const companion = COMPANIONS[normalised(library.name)];
    const beside = companion === undefined ? undefined : choose(places, { name: companion, version: 'latest' });
    for (const place of [found, beside]) if (place !== undefined) paths.push(await pathOf(place, context, options));
  }
  return { paths: [...new Set(paths)], warnings };
}

/** `webapp2-2.5.2/` of an SDK, `Jinja2-2.6-py2.py3-none-any.whl`. */
function placesIn(directory: string): readonly Place[] {
  return namesIn(directory).flatMap((entry) => {
    const match = /^(.+?)-(\d[^-]*)(?:-.+\.whl)?$/.exec(entry);
    if (match?.[1] === undefined || match[2] === undefined) return [];
    return [{ name: normalised(match[1]), version: match[2], path: join(directory, entry) }];
  });
}

function choose(places: readonly Place[], { name, version }: Library): Place | undefined {
  const named = places.filter((place) => place.name === normalised(name));
  if (version !== 'latest') return named.find((place) => place.version === version);
  return [...named].sort((a, b) => b.version.localeCompare(a.version, 'en', { numeric: true }))[0];
}

async function pathOf(place: Place, context: BuildContext, options: LibraryOptions): Promise<string> {
  const stats = statSync(place.path);
  if (stats.isDirectory()) return place.path;
  // Unpacked, because packages look for their data beside their code.
  const entry = await options.cache.ensure({
    parent: join(context.cacheDirectory, 'python27-libraries'),
    key: digestOfValue({ path: place.path, size: stats.size, modified: stats.mtimeMs }),
    fill: (target) =>
      runBuildStep(context, {
        name: `unpacking ${place.path}`,
        command: options.interpreter,
        args: ['-m', 'zipfile', '-e', place.path, target],
        cwd: target,
        environment: buildEnvironment(options.environment),
      }),
    ...(context.signal ? { signal: context.signal } : {}),
  });
  return entry.directory;
}

function normalised(name: string): string {
  return name.toLowerCase().replaceAll(/[-_.]+/g, '-');
}

function namesIn(directory: string): readonly string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}
