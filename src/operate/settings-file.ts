/** Finds and reads the yaml file of one kind of settings in a directory. */
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { failure } from '../errors.ts';
import type { Settings, SettingsKind } from '../model/settings.ts';
import type { OperateContext } from './operate-context.ts';
import { resolveApplication } from './resolve-target.ts';
import { loadYaml, namesOnly, requireValid, type YamlLoader } from './yaml-files.ts';

export interface SettingsFileRequest {
  readonly kind: SettingsKind;
  /** The file, or a directory that has it; as the user named it. */
  readonly path: string;
  readonly workingDirectory: string;
  readonly application?: string | undefined;
  readonly load?: YamlLoader;
}

export interface SettingsFile<K extends SettingsKind> {
  readonly application: string;
  readonly file: string;
  readonly value: Settings[K];
}

const baseNames: Readonly<Record<SettingsKind, string>> = {
  indexes: 'index',
  cron: 'cron',
  queues: 'queue',
  dos: 'dos',
  dispatch: 'dispatch',
};

/** The application: -A, else the file's own, else that of app.yaml beside it (appcfg's rule), else the only one. */
export async function readSettingsFile<K extends SettingsKind>(
  context: OperateContext,
  request: SettingsFileRequest & { readonly kind: K },
): Promise<SettingsFile<K>> {
  const { workingDirectory, application, load } = request;
  const { file, value, ...found } = await readSettings(request);
  if (found.application !== undefined) return { application: found.application, file, value };
  const beside = { paths: [], workingDirectory: resolve(workingDirectory, file, '..'), application, load };
  return { application: await resolveApplication(context, beside), file, value };
}

/** Without asking a backend. @throws AppcfgError `settings.no-file`, `config.invalid` */
export async function readSettings<K extends SettingsKind>(
  request: SettingsFileRequest & { readonly kind: K },
): Promise<Omit<SettingsFile<K>, 'application'> & { readonly application?: string }> {
  const { kind, workingDirectory, load = loadYaml } = request;
  const file = findSettingsFile(request);
  const overrides = {
    ...(request.application === undefined ? {} : { application: request.application }),
    environmentVariables: {},
  };
  const query = { paths: [file], workingDirectory, overrides, ...namesOnly, versionRequired: false };
  const { settings, application } = requireValid(await load(query));
  const value = settings[kind];
  if (value === undefined) throw failure('settings.no-file', { file });
  return { ...(application === undefined ? {} : { application }), file, value: value as Settings[K] };
}

/** @throws AppcfgError `settings.no-file` */
export function findSettingsFile({ kind, path, workingDirectory }: SettingsFileRequest): string {
  if (/\.ya?ml$/.test(path)) return path;
  const candidates = ['.yaml', '.yml'].map((extension) => join(path, `${baseNames[kind]}${extension}`));
  const found = candidates.find((candidate) => existsSync(resolve(workingDirectory, candidate)));
  if (found === undefined) throw failure('settings.no-file', { file: candidates[0] ?? path });
  return found;
}
