/** Runtimes that only run what their entrypoint says: custom, ruby, and others that this platform builds nothing for. */
import { entrypointBuild, launchEntrypoint } from './program-launch.ts';
import type { Runtime } from './runtime.ts';
import type { RuntimeOptions } from './runtime-options.ts';

export function createCustom(options: RuntimeOptions): Runtime {
  return {
    name: 'custom',
    accepts: (runtime) => /^(custom|vm|ruby\d*|dotnet\w*|aspnetcore)$/.test(runtime),
    build: async ({ deployment }) => entrypointBuild(deployment.spec, 'its yaml file names no entrypoint'),
    launch: (context) => launchEntrypoint(context, options),
  };
}
