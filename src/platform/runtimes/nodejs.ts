/** Runtimes nodejsNN: the entrypoint, npm's start script, or the main file; dependencies installed once for each lock file. */
import { existsSync } from 'node:fs';
import { rm, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { DependencyCache } from './dependency-cache.ts';
import { linkTree } from './directory-tree.ts';
import { shellProgram } from './entrypoint.ts';
import { launchEnvironment, reservedVariableWarnings, secondGenerationVariables } from './launch-environment.ts';
import { dependenciesOf, readPackageFile } from './node-package-file.ts';
import { type InstalledModules, installModules } from './node-packages.ts';
import { nodeStartCommand } from './node-start.ts';
import type { BuildContext, BuildResult, LaunchCommand, LaunchContext, Runtime } from './runtime.ts';
import type { RuntimeOptions } from './runtime-options.ts';

export interface NodeOptions extends RuntimeOptions {
  readonly cache: DependencyCache;
}

/** The Node that runs this platform runs the applications too. */
const nodeDirectory = dirname(process.execPath);
const RUN_DIRECTORIES = 'node-run';

export function createNode(options: NodeOptions): Runtime {
  return {
    name: 'nodejs',
    accepts: (runtime) => /^nodejs\d{0,2}$/.test(runtime),
    build: (context) => build(context, options),
    launch: (context) => launch(context, options),
    dispose: async ({ deploymentId }, cacheDirectory) => {
      await rm(join(cacheDirectory, RUN_DIRECTORIES, deploymentId), { recursive: true, force: true });
    },
  };
}

async function build(context: BuildContext, options: NodeOptions): Promise<BuildResult> {
  const { spec, directory } = context.deployment;
  const file = readPackageFile(directory);
  const command = spec.entrypoint ?? nodeStartCommand(directory, file, spec.runtime);
  const needsModules =
    file !== undefined && dependenciesOf(file).length > 0 && !existsSync(join(directory, 'node_modules'));
  const modules = needsModules
    ? await installModules(context, file, { cache: options.cache, environment: options.environment, nodeDirectory })
    : undefined;
  const workingDirectory = modules ? await runDirectory(context, options, modules) : directory;
  const installed = modules === undefined ? '' : `, ${modules.step}${modules.isCached ? ' (cached)' : ''}`;
  return {
    warnings: [
      ...versionWarning(spec.runtime),
      ...lockWarning(directory, needsModules),
      ...reservedVariableWarnings(spec, ['GOOGLE_CLOUD_PROJECT']),
    ],
    detail: `Node ${process.versions.node}${installed}`,
    facts: { command, directory: workingDirectory, ...(modules ? { modules: modules.directory } : {}) },
  };
}

/**
 * Node looks for node_modules beside the importing file and its parents, and NODE_PATH is not for ES modules; the
 * version's own directory is read-only. So the application runs in a directory of links to its files, with a
 * link to the shared node_modules.
 */
async function runDirectory(context: BuildContext, options: NodeOptions, modules: InstalledModules): Promise<string> {
  const { deploymentId, directory } = context.deployment;
  const entry = await options.cache.ensure({
    parent: join(context.cacheDirectory, RUN_DIRECTORIES),
    key: deploymentId,
    fill: async (target) => {
      await linkTree(directory, target);
      await symlink(join(modules.directory, 'node_modules'), join(target, 'node_modules'));
    },
    ...(context.signal ? { signal: context.signal } : {}),
  });
  return entry.directory;
}

function launch(context: LaunchContext, options: NodeOptions): LaunchCommand {
  const { facts } = context.build;
  const directory = facts.directory ?? context.deployment.directory;
  return {
    ...shellProgram(facts.command ?? ''),
    cwd: directory,
    readOnlyPaths: [process.execPath, ...(facts.modules === undefined ? [] : [facts.modules])],
    environment: launchEnvironment(context, {
      platform: options.environment,
      defaults: { NODE_ENV: 'production' },
      pathBefore: [join(directory, 'node_modules', '.bin'), nodeDirectory],
      fixed: secondGenerationVariables(context),
    }),
  };
}

function versionWarning(runtime: string): readonly string[] {
  const wanted = /^nodejs(\d+)$/.exec(runtime)?.[1];
  const [major] = process.versions.node.split('.');
  return wanted === undefined || wanted === major
    ? []
    : [`${runtime} runs under Node ${process.versions.node}, which runs this platform`];
}

function lockWarning(directory: string, needsModules: boolean): readonly string[] {
  const foreign = ['yarn.lock', 'pnpm-lock.yaml'].find((name) => existsSync(join(directory, name)));
  if (!needsModules || foreign === undefined || existsSync(join(directory, 'package-lock.json'))) return [];
  return [
    `${foreign} is not read: npm installs the dependencies of package.json; add a package-lock.json to fix their versions`,
  ];
}
