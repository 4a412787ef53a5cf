/** Installs a package.json's dependencies with npm into a directory that all deployments with the same ones share. */
import { existsSync, readFileSync } from 'node:fs';
import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { failure } from '../../errors.ts';
import { digestOfValue } from '../../support/digest.ts';
import { buildEnvironment } from './build-environment.ts';
import { runBuildStep } from './build-step.ts';
import { builderOf } from './builder.ts';
import type { DependencyCache } from './dependency-cache.ts';
import { copyTree, directoryDigest } from './directory-tree.ts';
import { type Environment, findExecutable } from './executables.ts';
import { dependenciesOf, hasInstallScript, type PackageFile } from './node-package-file.ts';
import type { BuildContext } from './runtime.ts';

export interface InstalledModules {
  /** Holds `node_modules`. */
  readonly directory: string;
  readonly isCached: boolean;
  /** `npm ci` or `npm install`. */
  readonly step: string;
}

export interface InstallOptions {
  readonly cache: DependencyCache;
  readonly environment: Environment;
  /** First on PATH: the Node that will run the application. */
  readonly nodeDirectory: string;
}

const LOCKS = ['npm-shrinkwrap.json', 'package-lock.json'];
const COPIED = ['package.json', ...LOCKS, '.npmrc'];
const NOT_SOURCE = { except: ['node_modules'] };

export async function installModules(
  context: BuildContext,
  file: PackageFile,
  options: InstallOptions,
): Promise<InstalledModules> {
  const { directory } = context.deployment;
  const isLocked = LOCKS.some((name) => existsSync(join(directory, name)));
  const step = isLocked ? 'npm ci' : 'npm install';
  const needsSource = hasInstallScript(file) || dependenciesOf(file).some(isLocal);
  const key = digestOfValue({
    dependencies: dependenciesOf(file),
    // Without a lock file anything in package.json may count (overrides, engines).
    files: COPIED.slice(isLocked ? 1 : 0).map((name) => textOf(join(directory, name))),
    source: needsSource ? await directoryDigest(directory, NOT_SOURCE) : undefined,
    ...builderOf(context.deployment),
    node: [process.version, process.platform, process.arch],
  });
  const entry = await options.cache.ensure({
    parent: join(context.cacheDirectory, 'node'),
    key,
    fill: (target) => fill(context, options, { target, step, needsSource }),
    ...(context.signal ? { signal: context.signal } : {}),
  });
  return { ...entry, step };
}

interface Fill {
  readonly target: string;
  readonly step: string;
  readonly needsSource: boolean;
}

async function fill(
  context: BuildContext,
  options: InstallOptions,
  { target, step, needsSource }: Fill,
): Promise<void> {
  const { directory, spec } = context.deployment;
  const path = `${options.nodeDirectory}:${options.environment.PATH ?? ''}`;
  const npm = findExecutable('npm', { PATH: path });
  if (npm === undefined)
    throw failure('runtime.tool-missing', { tool: 'npm', runtime: spec.runtime, debianPackage: 'npm' });
  // Links to local packages stay inside the entry, because the packages are copied beside its node_modules.
  if (needsSource) await copyTree(directory, target, NOT_SOURCE);
  else await copyFiles(directory, target);
  await runBuildStep(context, {
    name: step,
    command: npm,
    args: [...step.split(' ').slice(1), '--omit=dev', '--no-audit', '--no-fund', '--no-progress', '--loglevel=error'],
    cwd: target,
    writes: { results: [target] },
    environment: { ...buildEnvironment({ ...options.environment, PATH: path }, spec), NODE_ENV: 'production' },
  });
}

async function copyFiles(from: string, to: string): Promise<void> {
  for (const name of COPIED) {
    if (existsSync(join(from, name))) await copyFile(join(from, name), join(to, name));
  }
}

/** `file:`, `link:` and bare paths: the content is among the application's own files. */
function isLocal([, specifier]: readonly [string, string]): boolean {
  return /^(?:file:|link:|workspace:|\.{0,2}\/|~\/)/.test(specifier);
}

function textOf(path: string): string | undefined {
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
}
