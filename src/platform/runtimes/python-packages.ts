/** Installs a requirements.txt into a directory that all deployments with the same one share. */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { failure } from '../../errors.ts';
import { digestOfValue } from '../../support/digest.ts';
import { buildEnvironment } from './build-environment.ts';
import { runBuildStep } from './build-step.ts';
import { builderOf } from './builder.ts';
import { capturedRun } from './captured-run.ts';
import type { DependencyCache } from './dependency-cache.ts';
import { copyTree, directoryDigest } from './directory-tree.ts';
import type { Environment } from './executables.ts';
import type { PythonInterpreter } from './python-interpreters.ts';
import { readRequirements } from './python-requirements.ts';
import type { BuildContext } from './runtime.ts';

export interface InstalledPackages {
  /** For PYTHONPATH; its `bin` has the packages' commands. */
  readonly directory: string;
  readonly isCached: boolean;
}

export interface InstallOptions {
  readonly cache: DependencyCache;
  readonly environment: Environment;
  readonly interpreter: PythonInterpreter;
}

/** Undefined when there is nothing to install. */
export async function installPackages(
  context: BuildContext,
  options: InstallOptions,
): Promise<InstalledPackages | undefined> {
  const { directory } = context.deployment;
  const requirements = readRequirements(directory);
  if (requirements.isEmpty) return undefined;
  const key = digestOfValue({
    texts: requirements.texts,
    ...builderOf(context.deployment),
    python: options.interpreter,
    files: requirements.isLocal ? await directoryDigest(directory) : undefined,
  });
  return options.cache.ensure({
    parent: join(context.cacheDirectory, 'python'),
    key,
    fill: (target) => fill(context, options, { target, isLocal: requirements.isLocal }),
    ...(context.signal ? { signal: context.signal } : {}),
  });
}

/**
 * `--target` rather than a virtual environment: its scripts name the interpreter and not their own directory, so that
 * the directory can be renamed into place, and Debian's python3 needs no python3-venv for it.
 */
async function fill(
  context: BuildContext,
  options: InstallOptions,
  { target, isLocal }: { readonly target: string; readonly isLocal: boolean },
): Promise<void> {
  const environment = buildEnvironment(options.environment, context.deployment.spec);
  await requirePip(context, options, environment);
  // Building a package in a directory leaves files there, and a version's directory is never written to.
  const source = isLocal ? `${target}-source` : context.deployment.directory;
  try {
    if (isLocal) await copyTree(context.deployment.directory, source);
    await runBuildStep(context, {
      name: 'pip install',
      command: options.interpreter.path,
      args: [
        ...['-m', 'pip', 'install', '--disable-pip-version-check', '--no-input', '--no-warn-script-location'],
        ...['--target', target, '--requirement', 'requirements.txt'],
      ],
      cwd: source,
      writes: { results: isLocal ? [target, source] : [target] },
      environment,
    });
  } finally {
    if (isLocal) await rm(source, { recursive: true, force: true });
  }
}

async function requirePip(
  context: BuildContext,
  options: InstallOptions,
  environment: Readonly<Record<string, string>>,
): Promise<void> {
  const answer = await capturedRun(context.run, {
    command: options.interpreter.path,
    args: ['-m', 'pip', '--version'],
    environment,
  });
  if (answer.isSuccess) return;
  const { runtime } = context.deployment.spec;
  throw failure('runtime.tool-missing', {
    tool: `pip for ${options.interpreter.path}`,
    runtime,
    debianPackage: 'python3-pip',
  });
}
