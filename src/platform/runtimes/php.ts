/** Runtimes phpNN: PHP's own web server with a router script of ours; script handlers name the files. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { failure } from '../../errors.ts';
import type { VersionSpec } from '../../model/version-spec.ts';
import { shellProgram } from './entrypoint.ts';
import { findExecutable } from './executables.ts';
import { launchProgram, variableWarnings } from './program-launch.ts';
import type { BuildContext, BuildResult, LaunchCommand, LaunchContext, Runtime } from './runtime.ts';
import type { RuntimeOptions } from './runtime-options.ts';

const FRONT_CONTROLLERS = ['public/index.php', 'index.php'];
/** PHP's server answers one request at a time in each of its processes. */
const WORKERS = '4';

export function createPhp(options: RuntimeOptions): Runtime {
  return {
    name: 'php',
    accepts: (runtime) => /^php\d{0,2}$/.test(runtime),
    build: async (context) => build(context, options),
    launch: (context) => launch(context, options),
  };
}

function build({ deployment }: BuildContext, options: RuntimeOptions): BuildResult {
  const { spec, directory } = deployment;
  const { runtime } = spec;
  const php = findExecutable('php', options.environment);
  if (php === undefined) throw failure('runtime.tool-missing', { tool: 'php', runtime, debianPackage: 'php-cli' });
  const hasFront = FRONT_CONTROLLERS.some((name) => existsSync(join(directory, name)));
  if (spec.entrypoint === undefined && scriptHandlers(spec).length === 0 && !hasFront) {
    const reason = `it has no script handlers and no ${FRONT_CONTROLLERS.join(' or ')}`;
    throw failure('runtime.entrypoint-missing', { runtime, reason });
  }
  return { warnings: variableWarnings(spec), facts: { php } };
}

function launch(context: LaunchContext, options: RuntimeOptions): LaunchCommand {
  const { spec } = context.deployment;
  if (spec.entrypoint !== undefined) return launchProgram(context, options, shellProgram(spec.entrypoint));
  const launched = launchProgram(context, options, {
    command: context.build.facts.php ?? 'php',
    args: ['-S', `127.0.0.1:${context.port}`, join(options.assetsDirectory, 'php', 'router.php')],
    defaults: { PHP_CLI_SERVER_WORKERS: WORKERS },
  });
  return {
    ...launched,
    environment: { ...launched.environment, APPCFG_LAUNCH: JSON.stringify({ handlers: scriptHandlers(spec) }) },
  };
}

function scriptHandlers(spec: VersionSpec): readonly { readonly url: string; readonly script: string }[] {
  return spec.handlers.flatMap((handler) =>
    handler.type === 'script' && handler.script !== 'auto' ? [{ url: handler.url, script: handler.script }] : [],
  );
}
