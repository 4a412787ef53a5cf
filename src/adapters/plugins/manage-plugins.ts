/** Adds, removes and lists plugins. A plugin runs with all that its user may do, so that only its user adds it. */
import { existsSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import type { PluginStatus } from '../../backend/plugin.ts';
import { failure } from '../../errors.ts';
import { loadPluginBackends } from './backend-plugins.ts';
import { pluginDirectories, readPlugin, writePluginDirectories } from './plugin-list.ts';

interface Addition {
  readonly named: string;
  readonly places: readonly string[];
  readonly isDryRun: boolean;
}

/**
 * `named` is a directory, or the name of a package that is installed beside the working directory or beside appcfg
 * @throws AppcfgError `plugin.not-found`, `plugin.invalid`
 */
export async function addPlugin(configDirectory: string, { named, places, isDryRun }: Addition): Promise<PluginStatus> {
  const directory = findPackage(named, places);
  if (directory === undefined) throw failure('plugin.not-found', { plugin: named });
  const backends = Object.keys(await loadPluginBackends(directory));
  const others = pluginDirectories(configDirectory).filter((path) => path !== directory);
  if (!isDryRun) writePluginDirectories(configDirectory, [...others, directory]);
  return statusOf(directory, backends);
}

/** `named` is as `plugins list` shows it, or its directory. @throws AppcfgError `plugin.not-added` */
export async function removePlugin(
  configDirectory: string,
  { named, isDryRun }: Omit<Addition, 'places'>,
): Promise<void> {
  const all = await listPlugins(configDirectory);
  const left = all.filter(({ name, directory }) => name !== named && directory !== resolve(named));
  if (left.length === all.length) {
    throw failure('plugin.not-added', { plugin: named, known: all.map(({ name }) => name) });
  }
  if (isDryRun) return;
  writePluginDirectories(
    configDirectory,
    left.map(({ directory }) => directory),
  );
}

export async function listPlugins(configDirectory: string): Promise<readonly PluginStatus[]> {
  const found: PluginStatus[] = [];
  for (const directory of pluginDirectories(configDirectory)) {
    try {
      found.push(statusOf(directory, Object.keys(await loadPluginBackends(directory))));
    } catch (error) {
      const problem = error instanceof Error ? error.message : String(error);
      found.push({ name: directory, version: '', directory, backends: [], problem });
    }
  }
  return found;
}

function statusOf(directory: string, backends: readonly string[]): PluginStatus {
  const { name, version } = readPlugin(directory);
  return { name, version, directory, backends };
}

function findPackage(named: string, places: readonly string[]): string | undefined {
  for (const place of places) {
    const directory = resolve(place, named);
    if (statSync(directory, { throwIfNoEntry: false })?.isDirectory() && existsSync(join(directory, 'package.json'))) {
      return directory;
    }
    try {
      return dirname(createRequire(join(place, 'package.json')).resolve(`${named}/package.json`));
    } catch {
      // Not installed there.
    }
  }
  return undefined;
}
