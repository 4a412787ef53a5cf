/** Runtimes javaNN: the entrypoint, or the one executable jar at the top of the version's directory. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { failure } from '../../errors.ts';
import { shellProgram } from './entrypoint.ts';
import { findExecutable } from './executables.ts';
import { launchProgram, variableWarnings } from './program-launch.ts';
import type { BuildContext, BuildResult, LaunchCommand, LaunchContext, Runtime } from './runtime.ts';
import type { RuntimeOptions } from './runtime-options.ts';

/** The rest of an instance's memory is the virtual machine's own: code, threads, buffers. */
const HEAP_SHARE = 0.6;
const SUPPORTED = 'one executable jar beside app.yaml, or an entrypoint';

export function createJava(options: RuntimeOptions): Runtime {
  return {
    name: 'java',
    accepts: (runtime) => /^java\d{0,2}$/.test(runtime),
    build: async (context) => build(context, options),
    launch: (context) => launch(context, options),
  };
}

function build({ deployment }: BuildContext, options: RuntimeOptions): BuildResult {
  const { spec, directory } = deployment;
  const java = findExecutable('java', options.environment);
  if (java === undefined) {
    throw failure('runtime.tool-missing', {
      tool: 'java',
      runtime: spec.runtime,
      debianPackage: 'default-jre-headless',
    });
  }
  const warnings = variableWarnings(spec);
  if (spec.entrypoint !== undefined) return { warnings, facts: { java } };
  return { warnings, facts: { java, jar: onlyJar(directory, spec.runtime) } };
}

function onlyJar(directory: string, runtime: string): string {
  const unsupported = (found: string) =>
    failure('runtime.layout-unsupported', { runtime, found, supported: SUPPORTED });
  const jars = readdirSync(directory).filter((name) => name.endsWith('.jar'));
  const [jar] = jars;
  if (jar !== undefined && jars.length === 1) return jar;
  if (jars.length > 1) throw unsupported(`${jars.length} jars (${jars.join(', ')})`);
  if (existsSync(join(directory, 'WEB-INF'))) throw unsupported('a web application directory (WEB-INF)');
  throw unsupported('no jar');
}

function launch(context: LaunchContext, options: RuntimeOptions): LaunchCommand {
  const { facts } = context.build;
  const heap = Math.max(16, Math.floor(context.memoryMiB * HEAP_SHARE));
  const { entrypoint } = context.deployment.spec;
  if (entrypoint !== undefined) return launchProgram(context, options, shellProgram(entrypoint));
  const java = facts.java ?? 'java';
  const launched = launchProgram(context, options, {
    command: java,
    args: [`-Xmx${heap}m`, '-XX:+ExitOnOutOfMemoryError', '-jar', facts.jar ?? ''],
  });
  return { ...launched, readOnlyPaths: [java] };
}
