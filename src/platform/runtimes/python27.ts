/** Runtime python27: our launcher under Python 2.7 where there is one, else under Python 3. */
import { failure } from '../../errors.ts';
import type { DependencyCache } from './dependency-cache.ts';
import { type Program, shellProgram } from './entrypoint.ts';
import {
  directoryOf,
  firstGenerationVariables,
  launchEnvironment,
  pythonDefaults,
  reservedVariableWarnings,
} from './launch-environment.ts';
import type { PythonInterpreter, PythonInterpreters } from './python-interpreters.ts';
import { firstGenerationSettings, launcherScript } from './python-launcher.ts';
import { findLibraries } from './python27-libraries.ts';
import type { BuildContext, BuildResult, LaunchCommand, LaunchContext, Runtime } from './runtime.ts';
import type { RuntimeOptions } from './runtime-options.ts';

const FIXED = [
  ...['APPLICATION_ID', 'CURRENT_MODULE_ID', 'CURRENT_VERSION_ID', 'INSTANCE_ID', 'BACKEND_ID', 'DATACENTER'],
  ...['APPENGINE_RUNTIME', 'AUTH_DOMAIN', 'DEFAULT_VERSION_HOSTNAME', 'SERVER_SOFTWARE', 'TZ', 'APPCFG_LAUNCH'],
];

export interface Python27Options extends RuntimeOptions {
  readonly interpreters: PythonInterpreters;
  readonly cache: DependencyCache;
}

export function createPython27(options: Python27Options): Runtime {
  return {
    name: 'python27',
    accepts: (runtime) => /^(python|python27|python-compat)$/.test(runtime),
    build: (context) => build(context, options),
    launch: (context) => launch(context, options),
  };
}

async function build(context: BuildContext, options: Python27Options): Promise<BuildResult> {
  const { interpreters } = options;
  const { spec } = context.deployment;
  const warnings = [...reservedVariableWarnings(spec, FIXED)];
  let found: PythonInterpreter | undefined = await interpreters.python2(context.run);
  if (!found) {
    found = await interpreters.python3(context.run);
    if (!found)
      throw failure('runtime.tool-missing', { tool: 'Python', runtime: spec.runtime, debianPackage: 'python3' });
    warnings.push(
      `no Python 2.7 on this machine: ${spec.runtime} runs under Python ${found.version}; ` +
        'code that is valid in Python 2 only will not start (set APPCFG_PYTHON27 to the path of a Python 2.7)',
    );
  }
  const libraries = await findLibraries(context, { ...options, interpreter: found.path });
  return {
    warnings: [...warnings, ...libraries.warnings],
    detail: `Python ${found.version}`,
    facts: { interpreter: found.path, libraries: JSON.stringify(libraries.paths) },
  };
}

function launch(context: LaunchContext, options: RuntimeOptions): LaunchCommand {
  const { deployment, build } = context;
  const { entrypoint } = deployment.spec;
  const interpreter = build.facts.interpreter ?? 'python3';
  const libraryPaths: readonly string[] = JSON.parse(build.facts.libraries ?? '[]');
  const settings = JSON.stringify({ ...firstGenerationSettings(deployment.spec), library_paths: libraryPaths });
  const program: Program =
    entrypoint === undefined
      ? { command: interpreter, args: [launcherScript(options.assetsDirectory)] }
      : shellProgram(entrypoint);
  return {
    ...program,
    cwd: deployment.directory,
    readOnlyPaths: [interpreter, ...libraryPaths],
    environment: launchEnvironment(context, {
      platform: options.environment,
      defaults: pythonDefaults,
      pathBefore: [directoryOf(interpreter)],
      fixed: {
        ...firstGenerationVariables(context),
        ...(entrypoint === undefined ? { APPCFG_LAUNCH: settings } : {}),
      },
    }),
  };
}
