/** The plugins that a person added: packages with backends of their own. */
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { BACKENDS_HOOK, type InstalledPlugin } from '../../backend/plugin.ts';
import { failure, messageOf } from '../../errors.ts';

const packageFile = z.looseObject({
  name: z.string().optional(),
  version: z.string().optional(),
  oclif: z
    .looseObject({ hooks: z.record(z.string(), z.union([z.string(), z.array(z.string())])).optional() })
    .optional(),
});

const listFile = (configDirectory: string) => join(configDirectory, 'plugins.json');

/** Absolute paths of packages, in the order in which they were added. @throws AppcfgError `plugin.list-unreadable` */
export function pluginDirectories(configDirectory: string): readonly string[] {
  const file = listFile(configDirectory);
  try {
    const { plugins } = JSON.parse(readFileSync(file, 'utf8')) as { readonly plugins?: unknown };
    return Array.isArray(plugins) ? plugins.filter((path): path is string => typeof path === 'string') : [];
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw failure('plugin.list-unreadable', { file, reason: messageOf(error) });
  }
}

export function writePluginDirectories(configDirectory: string, plugins: readonly string[]): void {
  const file = listFile(configDirectory);
  mkdirSync(configDirectory, { recursive: true, mode: 0o700 });
  writeFileSync(`${file}.new`, `${JSON.stringify({ plugins }, undefined, 2)}\n`);
  renameSync(`${file}.new`, file);
}

/** @throws AppcfgError `plugin.invalid` when there is no package with the hook in the directory */
export function readPlugin(directory: string): InstalledPlugin & { readonly modules: readonly string[] } {
  const { name = directory, version = '', oclif } = readPackage(directory);
  const hook = oclif?.hooks?.[BACKENDS_HOOK];
  const modules = typeof hook === 'string' ? [hook] : (hook ?? []);
  if (modules.length === 0) {
    const reason = `its package.json names no module for the hook ${BACKENDS_HOOK}`;
    throw failure('plugin.invalid', { plugin: name, reason });
  }
  return { name, version, directory, modules };
}

function readPackage(directory: string): z.infer<typeof packageFile> {
  const invalid = (reason: string) => failure('plugin.invalid', { plugin: directory, reason });
  let document: unknown;
  try {
    document = JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8'));
  } catch (error) {
    throw invalid(messageOf(error));
  }
  const read = packageFile.safeParse(document);
  if (!read.success) throw invalid('its package.json is not what that of a package is');
  return read.data;
}
