/** Backends of plugins: loaded when a backend is asked for that is none of ours. */
import { createRequire } from 'node:module';
import { join, resolve, sep } from 'node:path';
import type { Backend } from '../../backend/backend.ts';
import type { PluginApi, PluginBackends, PluginContext } from '../../backend/plugin.ts';
import { failure, isAppcfgError, messageOf } from '../../errors.ts';
import { createStateBackend, type StateBackendOptions } from '../memory/state-backend.ts';
import { pluginDirectories, readPlugin } from './plugin-list.ts';

type Hook = (options: { readonly api: PluginApi<StateBackendOptions> }) => PluginBackends | Promise<PluginBackends>;

const api: PluginApi<StateBackendOptions> = { failure, createStateBackend };

/** @returns undefined when no plugin has it; then `known` are those that there are. @throws AppcfgError `plugin.invalid` */
export async function openPluginBackend(
  name: string,
  configDirectory: string,
  context: PluginContext,
): Promise<{ readonly backend: Backend | undefined; readonly known: readonly string[] }> {
  const known: string[] = [];
  for (const directory of pluginDirectories(configDirectory)) {
    const backends = await loadPluginBackends(directory);
    const open = Object.hasOwn(backends, name) ? backends[name] : undefined;
    if (open !== undefined) return { backend: await open(context), known };
    known.push(...Object.keys(backends));
  }
  return { backend: undefined, known };
}

/** Runs the hook of a plugin. @throws AppcfgError `plugin.invalid` */
export async function loadPluginBackends(directory: string): Promise<PluginBackends> {
  const { name, modules } = readPlugin(directory);
  const found: Record<string, PluginBackends[string]> = {};
  for (const module of modules) {
    const path = resolve(directory, module);
    if (!path.startsWith(resolve(directory) + sep)) {
      throw failure('plugin.invalid', { plugin: name, reason: `${module} is not inside the package` });
    }
    try {
      const loaded = createRequire(join(directory, 'package.json'))(path) as Hook | { readonly default?: Hook };
      const hook = typeof loaded === 'function' ? loaded : loaded.default;
      if (typeof hook !== 'function') throw new Error('it exports no function');
      Object.assign(found, await hook({ api }));
    } catch (error) {
      if (isAppcfgError(error)) throw error;
      throw failure('plugin.invalid', { plugin: name, reason: `${module}: ${messageOf(error)}` }, { cause: error });
    }
  }
  return found;
}
