/** How what is live differs from the files of this machine: what deploying them now would change. */
import type { Backend } from '../backend/backend.ts';
import { mergedSettings, type SettingsEntryChange, settingsChanges } from '../backend/settings-changes.ts';
import { type Application, findModule, findVersion, type Module, type Version } from '../model/application.ts';
import { type Settings, type SettingsKind, settingsKinds } from '../model/settings.ts';
import { defaultVersionOf } from '../model/traffic.ts';
import type { VersionSpec } from '../model/version-spec.ts';
import { canonicalJson } from '../support/canonical-json.ts';
import { type FileDifferences, fileDifferences } from './file-differences.ts';
import { type LocalModule, type LocalRequest, loadLocal, withRules } from './local-modules.ts';
import type { OperateContext } from './operate-context.ts';
import { requireValid } from './yaml-files.ts';

export interface ModuleDrift {
  readonly module: string;
  /** Absent for a module that is only live. */
  readonly version?: string;
  /** The yaml file, as it was named. */
  readonly file?: string;
  readonly state: 'same' | 'different' | 'not-deployed' | 'only-live';
  /** Absent when none differ. */
  readonly files?: FileDifferences;
  /** What of the yaml file differs, `scaling`, `environment variables`; never their values. */
  readonly configuration?: readonly string[];
}

export interface SettingsDrift {
  readonly kind: SettingsKind;
  /** What deploying the file would change; empty for settings that are live and have no file here. */
  readonly changes: readonly SettingsEntryChange[];
}

export interface FilesDrift {
  /** Of the files. */
  readonly application: string | undefined;
  readonly modules: readonly ModuleDrift[];
  readonly settings: readonly SettingsDrift[];
}

export interface DriftRequest extends LocalRequest {
  readonly cacheDirectory: string;
}

/** What is on this machine, before anything was compared. */
export interface LocalFiles {
  readonly application: string | undefined;
  readonly modules: readonly LocalModule[];
  readonly settings: Partial<Settings>;
}

/** @throws AppcfgError `config.invalid`, and what reading the rules fails with */
export async function readLocalFiles(request: DriftRequest): Promise<LocalFiles> {
  const loaded = await loadLocal(request);
  requireValid(loaded);
  const { application, settings } = loaded;
  return { application, settings, modules: await withRules(loaded) };
}

/** @throws AppcfgError `packaging.*`; the signal's reason */
export async function filesDrift(
  context: OperateContext,
  local: LocalFiles,
  live: Application,
  request: DriftRequest,
): Promise<FilesDrift> {
  const modules: ModuleDrift[] = [];
  for (const module of local.modules) modules.push(await moduleDrift(context, module, live, request));
  const isWhole = !request.paths.some((path) => /\.ya?ml$/.test(path));
  return {
    application: local.application,
    modules: isWhole ? [...modules, ...onlyLive(local, live)] : modules,
    settings: settingsDrift(local.settings, live.settings, isWhole),
  };
}

export function hasDrift({ modules, settings }: FilesDrift): boolean {
  return settings.length > 0 || modules.some(({ state }) => state !== 'same');
}

async function moduleDrift(
  context: OperateContext,
  local: LocalModule,
  live: Application,
  request: DriftRequest,
): Promise<ModuleDrift> {
  const module = findModule(live, local.module);
  const found = findVersion(module, local.version === '' ? servingVersion(module) : local.version);
  const named = { module: local.module, file: local.file };
  if (!found) return { ...named, version: local.version, state: 'not-deployed' };
  const configuration = differentKeys(local.spec, found.spec);
  const files = await differentFiles(context, local, found, {
    application: live.id,
    cacheDirectory: request.cacheDirectory,
  });
  const isSame = configuration.length === 0 && files === undefined;
  return {
    ...named,
    version: found.id,
    state: isSame ? 'same' : 'different',
    ...(files === undefined ? {} : { files }),
    ...(configuration.length === 0 ? {} : { configuration }),
  };
}

/** Files without a version are deployed as gcloud does it: what they made is what serves. */
function servingVersion(module: Module | undefined): string {
  return (module && defaultVersionOf(module.traffic)) ?? '';
}

async function differentFiles(
  { backend, clock, signal }: OperateContext,
  { directory, rules, module }: LocalModule,
  version: Version,
  { application, cacheDirectory }: { readonly application: string; readonly cacheDirectory: string },
): Promise<FileDifferences | undefined> {
  const { packageTree } = await import('../packaging/package-tree.ts');
  const { fileStateKey, openFileStateCache } = await import('../packaging/file-state-cache.ts');
  const { platformLimits } = await import('../packaging/limits.ts');
  const cache = openFileStateCache(cacheDirectory, fileStateKey(directory, rules), clock);
  const tree = await packageTree({ directory, rules, limits: platformLimits, cache, signal });
  if (tree.manifestDigest === version.manifestDigest) return undefined;
  const stored = await storedFiles(backend, { application, module, version: version.id }, signal);
  return fileDifferences(stored, tree.manifest.files);
}

/** undefined where the backend does not show a version's files. */
function storedFiles(
  { source }: Backend,
  name: { readonly application: string; readonly module: string; readonly version: string },
  signal: AbortSignal,
) {
  return source?.list(name, { signal });
}

function differentKeys(local: VersionSpec, live: VersionSpec): readonly string[] {
  const keys = [...new Set([...Object.keys(local), ...Object.keys(live)])] as (keyof VersionSpec)[];
  return keys
    .filter((key) => canonicalJson(local[key]) !== canonicalJson(live[key]))
    .map((key) => key.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`))
    .sort();
}

function onlyLive({ modules }: LocalFiles, live: Application): readonly ModuleDrift[] {
  return live.modules
    .filter(({ name }) => !modules.some(({ module }) => module === name))
    .map(({ name }) => ({ module: name, state: 'only-live' }));
}

function settingsDrift(local: Partial<Settings>, live: Settings, isWhole: boolean): readonly SettingsDrift[] {
  return settingsKinds.flatMap((kind): readonly SettingsDrift[] => {
    const file = local[kind];
    if (file === undefined) {
      const isLive = (kind === 'queues' ? live.queues.queues : live[kind]).length > 0;
      return isWhole && isLive ? [{ kind, changes: [] }] : [];
    }
    const changes = settingsChanges(kind, live[kind], mergedSettings(kind, live[kind], file));
    return changes.length === 0 ? [] : [{ kind, changes }];
  });
}
