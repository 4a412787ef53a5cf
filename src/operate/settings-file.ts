/** Finds and reads the yaml file of one kind of settings in a directory. */
import { statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { failure } from '../errors.ts';
import type { Settings, SettingsKind } from '../model/settings.ts';
import type { OperateContext } from './operate-context.ts';
import { resolveApplication } from './resolve-target.ts';
import { loadYaml, namesOnly, requireValid, type YamlLoader } from './yaml-files.ts';

export interface SettingsFileRequest {
  readonly kind: SettingsKind;
  /** The file, or a directory that may have it; as the user named it. undefined: the current one has to have it. */
  readonly path?: string | undefined;
  readonly workingDirectory: string;
  readonly application?: string | undefined;
  readonly load?: YamlLoader;
}

export interface SettingsFile<K extends SettingsKind> {
  readonly application: string;
  /** undefined: the named directory has none. */
  readonly file?: string;
  /** undefined without a file, and where it says nothing: an empty index.yaml. */
  readonly value?: Settings[K];
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
  const { workingDirectory, load, path = '.' } = request;
  const { application = request.application, ...rest } = (await readSettings(request)) ?? {};
  if (application !== undefined) return { application, ...rest };
  const directory = resolve(workingDirectory, isYaml(path) ? dirname(path) : path);
  const beside = { paths: [], workingDirectory: directory, load };
  return { application: await resolveApplication(context, beside), ...rest };
}

/**
 * Without asking a backend; undefined when the named directory has no such file.
 * @throws AppcfgError `settings.no-file`, `settings.no-directory`, `settings.other-file`, `config.invalid`
 */
export async function readSettings<K extends SettingsKind>(
  request: SettingsFileRequest & { readonly kind: K },
): Promise<
  { readonly application?: string | undefined; readonly file: string; readonly value?: Settings[K] } | undefined
> {
  const { kind, workingDirectory, load = loadYaml } = request;
  const file = findSettingsFile(request);
  if (file === undefined) return undefined;
  const overrides = {
    ...(request.application === undefined ? {} : { application: request.application }),
    environmentVariables: {},
  };
  const query = { paths: [file], workingDirectory, overrides, ...namesOnly, versionRequired: false };
  const { settings, application } = requireValid(await load(query));
  const value = settings[kind] as Settings[K] | undefined;
  return { application, file, ...(value === undefined ? {} : { value }) };
}

/** `cron.yaml` */
export function fileName(kind: SettingsKind): string {
  return `${baseNames[kind]}.yaml`;
}

function findSettingsFile({ kind, path, workingDirectory }: SettingsFileRequest): string | undefined {
  const wanted = fileName(kind);
  if (path !== undefined && isYaml(path)) {
    if (basename(path).replace(/\.ya?ml$/, '') === baseNames[kind]) return path;
    throw failure('settings.other-file', { path, wanted });
  }
  const directory = path ?? '.';
  if (!isOf('directory', resolve(workingDirectory, directory))) {
    throw failure('settings.no-directory', { path: directory, wanted });
  }
  const names = [wanted, `${baseNames[kind]}.yml`];
  // Java's staging puts what it makes of xml files there.
  const candidates = [...names, ...names.map((name) => join('WEB-INF', 'appengine-generated', name))];
  const found = candidates
    .map((candidate) => join(directory, candidate))
    .find((candidate) => isOf('file', resolve(workingDirectory, candidate)));
  if (found === undefined && path === undefined) throw failure('settings.no-file', { file: wanted, directory });
  return found;
}

function isYaml(path: string): boolean {
  return /\.ya?ml$/.test(path);
}

function isOf(kind: 'file' | 'directory', path: string): boolean {
  const stats = statSync(path, { throwIfNoEntry: false });
  return (kind === 'file' ? stats?.isFile() : stats?.isDirectory()) === true;
}
