/** The sockets of App Engine's Java 7 runtime: an agent of ours, compiled once for the Java of this machine. */
import { readdirSync, readFileSync, realpathSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { failure } from '../../errors.ts';
import { digestOf } from '../../support/digest.ts';
import { buildEnvironment } from './build-environment.ts';
import { runBuildStep } from './build-step.ts';
import { createDependencyCache } from './dependency-cache.ts';
import { findExecutable } from './executables.ts';
import type { BuildContext } from './runtime.ts';
import type { RuntimeOptions } from './runtime-options.ts';

const MANIFEST = 'Premain-Class: appcfg.java7.Agent\nCan-Retransform-Classes: true\n';
/** Where the agent rewrites methods of the class library, it uses the library's own tool for that. */
const EXPORTS = ['java.base/jdk.internal.org.objectweb.asm=ALL-UNNAMED', 'java.base/sun.nio.ch=ALL-UNNAMED'];
const cache = createDependencyCache();

/** @returns the path of the agent's jar. @throws AppcfgError `runtime.tool-missing`, `runtime.build-failed` */
export async function buildJava7Agent(context: BuildContext, options: RuntimeOptions): Promise<string> {
  const [javac, jar] = ['javac', 'jar'].map((tool) => requireTool(tool, context, options));
  const folder = join(options.assetsDirectory, 'java', 'appcfg', 'java7');
  const sources = readdirSync(folder)
    .filter((name) => name.endsWith('.java'))
    .sort()
    .map((name) => join(folder, name));
  const content = sources.map((source) => readFileSync(source, 'utf8')).join('\n');
  const step = { cwd: folder, environment: buildEnvironment(options.environment) };
  const entry = await cache.ensure({
    parent: join(context.cacheDirectory, 'java7'),
    key: digestOf(`${realpathSync(javac ?? '')}\n${content}`).slice(0, 32),
    ...(context.signal ? { signal: context.signal } : {}),
    fill: async (directory) => {
      const classes = join(directory, 'classes');
      await mkdir(classes);
      const exported = EXPORTS.flatMap((name) => ['--add-exports', name]);
      const args = ['-nowarn', '-XDignore.symbol.file', ...exported, '-d', classes, ...sources];
      await runBuildStep(context, { ...step, name: 'javac', command: javac ?? '', args });
      const manifest = join(directory, 'manifest');
      await writeFile(manifest, MANIFEST);
      const packing = ['-c', '-f', join(directory, 'java7.jar'), '-m', manifest, '-C', classes, '.'];
      await runBuildStep(context, { ...step, name: 'jar', command: jar ?? '', args: packing });
    },
  });
  return join(entry.directory, 'java7.jar');
}

/** What the virtual machine is told, so that the agent is there before the program. */
export function java7Arguments(agent: string): readonly string[] {
  return [
    `-javaagent:${agent}`,
    '-Djava.nio.channels.spi.SelectorProvider=appcfg.java7.Channels',
    '-Djava.nio.channels.spi.AsynchronousChannelProvider=appcfg.java7.AsynchronousChannels',
    ...EXPORTS.map((name) => `--add-exports=${name}`),
  ];
}

function requireTool(tool: string, { deployment }: BuildContext, options: RuntimeOptions): string {
  const found = findExecutable(tool, options.environment);
  if (found !== undefined) return found;
  throw failure('runtime.tool-missing', {
    tool: `${tool} (its sockets are App Engine's, for which a part is compiled; runtime: java8 has native sockets and needs none)`,
    runtime: deployment.spec.runtime,
    debianPackage: 'default-jdk-headless',
  });
}
