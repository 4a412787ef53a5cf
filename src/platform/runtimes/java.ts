/** Runtimes javaNN: the entrypoint, or the one executable jar at the top of the version's directory. */
import { existsSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { failure } from '../../errors.ts';
import { isJava7 } from '../apis/remote-socket/socket-limits.ts';
import { shellProgram } from './entrypoint.ts';
import { findExecutable } from './executables.ts';
import { buildJava7Agent, java7Arguments } from './java7-agent.ts';
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
    build: (context) => build(context, options),
    launch: (context) => launch(context, options),
  };
}

async function build(context: BuildContext, options: RuntimeOptions): Promise<BuildResult> {
  const { spec, directory } = context.deployment;
  const java = findExecutable('java', options.environment);
  if (java === undefined) {
    throw failure('runtime.tool-missing', {
      tool: 'java',
      runtime: spec.runtime,
      debianPackage: 'default-jre-headless',
    });
  }
  const warnings = variableWarnings(spec);
  const facts: Record<string, string> = { java };
  if (spec.entrypoint === undefined) facts.jar = onlyJar(directory, spec.runtime);
  if (isJava7(spec)) facts.agent = await buildJava7Agent(context, options);
  return { warnings, facts };
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
  const rules = facts.agent === undefined ? [] : java7Arguments(facts.agent);
  const visible = facts.agent === undefined ? [] : [dirname(facts.agent)];
  if (entrypoint !== undefined) {
    const launched = launchProgram(context, options, shellProgram(entrypoint));
    // Of a command that we don't know, the virtual machine reads this itself.
    if (rules.length === 0) return launched;
    const environment = { ...launched.environment, JAVA_TOOL_OPTIONS: rules.join(' ') };
    return { ...launched, environment, readOnlyPaths: visible };
  }
  const java = facts.java ?? 'java';
  const launched = launchProgram(context, options, {
    command: java,
    args: [`-Xmx${heap}m`, '-XX:+ExitOnOutOfMemoryError', ...rules, '-jar', facts.jar ?? ''],
  });
  return { ...launched, readOnlyPaths: [java, ...visible] };
}
