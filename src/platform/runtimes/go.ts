/** Runtimes goNNN: `go build` of the main package, cached by the content of the sources; the entrypoint finds it as `main`. */
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { failure } from '../../errors.ts';
import { digestOfValue } from '../../support/digest.ts';
import { buildEnvironment } from './build-environment.ts';
import { runBuildStep } from './build-step.ts';
import { builderOf } from './builder.ts';
import type { DependencyCache } from './dependency-cache.ts';
import { directoryDigest } from './directory-tree.ts';
import { shellProgram } from './entrypoint.ts';
import { findExecutable } from './executables.ts';
import { launchProgram, variableWarnings } from './program-launch.ts';
import type { BuildContext, BuildResult, LaunchCommand, LaunchContext, Runtime } from './runtime.ts';
import type { RuntimeOptions } from './runtime-options.ts';

export interface GoOptions extends RuntimeOptions {
  readonly cache: DependencyCache;
}

export function createGo(options: GoOptions): Runtime {
  return {
    name: 'go',
    accepts: (runtime) => /^go\d{0,3}$/.test(runtime),
    build: (context) => build(context, options),
    launch: (context) => launch(context, options),
  };
}

async function build(context: BuildContext, options: GoOptions): Promise<BuildResult> {
  const { spec, directory } = context.deployment;
  const warnings = variableWarnings(spec);
  const go = findExecutable('go', options.environment);
  // A program that was built before it was deployed needs no compiler.
  if (go === undefined && spec.entrypoint !== undefined) return { warnings, facts: {} };
  if (go === undefined)
    throw failure('runtime.tool-missing', { tool: 'go', runtime: spec.runtime, debianPackage: 'golang-go' });
  const entry = await options.cache.ensure({
    parent: join(context.cacheDirectory, 'go'),
    key: digestOfValue({
      files: await directoryDigest(directory),
      main: spec.main,
      ...builderOf(context.deployment),
    }),
    fill: (target) => compile(context, options, { go, target }),
    ...(context.signal ? { signal: context.signal } : {}),
  });
  return { warnings, detail: `go build${entry.isCached ? ' (cached)' : ''}`, facts: { binaries: entry.directory } };
}

interface Compilation {
  readonly go: string;
  readonly target: string;
}

async function compile(context: BuildContext, options: GoOptions, { go, target }: Compilation): Promise<void> {
  const { spec, directory } = context.deployment;
  // What the compiler keeps of one application is not for the eyes of others, nor theirs to change.
  const goCache = join(context.cacheDirectory, 'go-build', encodeURIComponent(context.deployment.application));
  await mkdir(dirname(goCache), { recursive: true, mode: 0o711 });
  await mkdir(goCache, { recursive: true, mode: 0o700 });
  await runBuildStep(context, {
    name: 'go build',
    command: go,
    args: ['build', '-o', join(target, 'main'), spec.main ?? '.'],
    cwd: directory,
    writes: { results: [target], caches: [goCache] },
    environment: {
      GOCACHE: goCache,
      ...buildEnvironment(options.environment, spec),
      // The sources are not in a working copy here, so there is no revision to stamp.
      GOFLAGS: `${options.environment.GOFLAGS ?? ''} -buildvcs=false`.trim(),
    },
  });
}

function launch(context: LaunchContext, options: GoOptions): LaunchCommand {
  const { binaries } = context.build.facts;
  const { entrypoint } = context.deployment.spec;
  const program =
    entrypoint === undefined ? { command: join(binaries ?? '', 'main'), args: [] } : shellProgram(entrypoint);
  const launched = launchProgram(context, options, program);
  if (binaries === undefined) return launched;
  const environment = { ...launched.environment, PATH: `${binaries}:${launched.environment.PATH}` };
  return { ...launched, environment, readOnlyPaths: [binaries] };
}
