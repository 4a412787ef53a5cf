/** Runtimes python3x: the entrypoint; without one gunicorn where it is installed, else our launcher, serving main:app. */
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { failure } from '../../errors.ts';
import { buildEnvironment } from './build-environment.ts';
import { capturedRun } from './captured-run.ts';
import type { DependencyCache } from './dependency-cache.ts';
import { type Program, shellProgram } from './entrypoint.ts';
import {
  directoryOf,
  launchEnvironment,
  pythonDefaults,
  reservedVariableWarnings,
  secondGenerationVariables,
} from './launch-environment.ts';
import type { PythonInterpreter, PythonInterpreters } from './python-interpreters.ts';
import { apiLibrary, launcherScript, secondGenerationSettings } from './python-launcher.ts';
import { installPackages } from './python-packages.ts';
import type { BuildContext, BuildResult, LaunchCommand, LaunchContext, Runtime } from './runtime.ts';
import type { RuntimeOptions } from './runtime-options.ts';

export interface Python3Options extends RuntimeOptions {
  readonly interpreters: PythonInterpreters;
  readonly cache: DependencyCache;
}

/** What App Engine's documentation advises for each instance class. */
const gunicornWorkers: Readonly<Record<string, number>> = { F1: 2, B1: 2, F2: 4, B2: 4 };
const MOST_WORKERS = 8;

export function createPython3(options: Python3Options): Runtime {
  return {
    name: 'python3',
    accepts: (runtime) => /^python3\d{0,2}$/.test(runtime),
    build: (context) => build(context, options),
    launch: (context) => launch(context, options),
  };
}

async function build(context: BuildContext, options: Python3Options): Promise<BuildResult> {
  const { spec, directory } = context.deployment;
  const { interpreter, warning } = await chooseInterpreter(context, options);
  if (
    spec.entrypoint === undefined &&
    !existsSync(join(directory, 'main.py')) &&
    !existsSync(join(directory, 'main'))
  ) {
    throw failure('runtime.entrypoint-missing', {
      runtime: spec.runtime,
      reason: 'it has no main.py and names no entrypoint',
    });
  }
  const packages = await installPackages(context, {
    cache: options.cache,
    environment: options.environment,
    interpreter,
  });
  const pythonPath = packages?.directory ?? '';
  const hasGunicorn =
    spec.entrypoint === undefined && (await canImport('gunicorn', { context, options, interpreter, pythonPath }));
  const usesOwnApis =
    spec.usesBundledApis === true &&
    !existsSync(join(directory, 'google', 'appengine')) &&
    !(await canImport('google.appengine', { context, options, interpreter, pythonPath }));
  const installed = packages === undefined ? '' : `, pip install${packages.isCached ? ' (cached)' : ''}`;
  return {
    warnings: [...warning, ...reservedVariableWarnings(spec, ['GOOGLE_CLOUD_PROJECT', 'APPCFG_LAUNCH'])],
    detail: `Python ${interpreter.version}${installed}`,
    facts: {
      interpreter: interpreter.path,
      pythonPath,
      server: hasGunicorn ? 'gunicorn' : 'launcher',
      apis: usesOwnApis ? 'own' : 'none',
    },
  };
}

async function chooseInterpreter(
  context: BuildContext,
  options: Python3Options,
): Promise<{ readonly interpreter: PythonInterpreter; readonly warning: readonly string[] }> {
  const { runtime } = context.deployment.spec;
  const digits = /^python3(\d+)$/.exec(runtime)?.[1];
  const minor = digits === undefined ? undefined : `3.${digits}`;
  const interpreter = await options.interpreters.python3(context.run, minor);
  if (!interpreter) throw failure('runtime.tool-missing', { tool: 'Python 3', runtime, debianPackage: 'python3' });
  const isExact = minor === undefined || interpreter.version.startsWith(`${minor}.`);
  const warning = isExact
    ? []
    : [`no Python ${minor} on this machine: ${runtime} runs under Python ${interpreter.version}`];
  return { interpreter, warning };
}

interface ImportQuestion {
  readonly context: BuildContext;
  readonly options: Python3Options;
  readonly interpreter: PythonInterpreter;
  readonly pythonPath: string;
}

async function canImport(module: string, question: ImportQuestion): Promise<boolean> {
  const { context, options, interpreter, pythonPath } = question;
  const own = context.deployment.spec.environmentVariables.PYTHONPATH ?? '';
  const environment = { ...buildEnvironment(options.environment), PYTHONPATH: joined(own, pythonPath) };
  const answer = await capturedRun(context.run, {
    command: interpreter.path,
    args: ['-c', `import ${module}`],
    environment,
  });
  return answer.isSuccess;
}

function launch(context: LaunchContext, options: Python3Options): LaunchCommand {
  const { facts } = context.build;
  const { spec, directory } = context.deployment;
  const interpreter = facts.interpreter ?? 'python3';
  const packages = facts.pythonPath === undefined || facts.pythonPath === '' ? [] : [facts.pythonPath];
  const usesLauncher = spec.entrypoint === undefined && facts.server !== 'gunicorn';
  // Our launcher offers them itself, and behind whatever the application brings.
  const apis = facts.apis === 'own' && !usesLauncher ? apiLibrary(options.assetsDirectory) : '';
  const pythonPath = joined(spec.environmentVariables.PYTHONPATH ?? '', ...packages, apis);
  return {
    ...program(context, interpreter, options),
    cwd: directory,
    readOnlyPaths: [interpreter, ...packages],
    environment: launchEnvironment(context, {
      platform: options.environment,
      defaults: pythonDefaults,
      pathBefore: [...packages.map((entry) => join(entry, 'bin')), directoryOf(interpreter)],
      fixed: {
        ...secondGenerationVariables(context),
        ...(pythonPath === '' ? {} : { PYTHONPATH: pythonPath }),
        ...(usesLauncher ? { APPCFG_LAUNCH: JSON.stringify(secondGenerationSettings()) } : {}),
      },
    }),
  };
}

function joined(...entries: readonly string[]): string {
  return entries.filter((entry) => entry !== '').join(delimiter);
}

function program(context: LaunchContext, interpreter: string, options: Python3Options): Program {
  const { spec } = context.deployment;
  if (spec.entrypoint !== undefined) return shellProgram(spec.entrypoint);
  if (context.build.facts.server !== 'gunicorn')
    return { command: interpreter, args: [launcherScript(options.assetsDirectory)] };
  const workers = String(gunicornWorkers[spec.instanceClass] ?? MOST_WORKERS);
  const bind = `127.0.0.1:${context.port}`;
  return { command: interpreter, args: ['-m', 'gunicorn', '--bind', bind, '--workers', workers, 'main:app'] };
}
