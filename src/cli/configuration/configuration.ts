/** Every setting with where it comes from: flag before environment before project file before user file. */

import type { ProjectSettings } from './project-settings.ts';
import { requireValue, type SettingKey, settingKeys, settingRules } from './setting-keys.ts';
import { requireContext, type UserSettings } from './user-settings.ts';

export type Origin = 'flag' | 'environment' | 'project' | 'user' | 'default';

export interface Setting {
  readonly value: string;
  readonly origin: Origin;
  /** `--server`, `APPCFG_SERVER`, the file, the context: for people. */
  readonly from: string;
}

export type Configuration = Readonly<Partial<Record<SettingKey, Setting>>>;

export interface ConfigurationSources {
  readonly flags: Readonly<Partial<Record<SettingKey, string | undefined>>>;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly project: ProjectSettings | undefined;
  readonly user: UserSettings;
  readonly userFile: string;
}

interface Layer {
  readonly origin: Origin;
  readonly values: Readonly<Partial<Record<SettingKey, string | undefined>>>;
  readonly fromOf: (key: SettingKey) => string;
}

/**
 * What a context brings has the rank of where the context was named, below what was set there by itself: `--context
 * test` wins over APPCFG_SERVER, and `--server` over both.
 * @throws AppcfgError `context.not-found`, `config.bad-value`
 */
export function configurationOf(sources: ConfigurationSources): Configuration {
  const found: Partial<Record<SettingKey, Setting>> = {};
  for (const layer of layersOf(sources)) {
    const isUser = layer.origin === 'user';
    // In the user's file the context in use wins: it was chosen later than what was set once and for all.
    if (isUser) addContext(found, layer, sources.user);
    add(found, layer);
    if (!isUser) addContext(found, layer, sources.user);
  }
  return found;
}

function layersOf({ flags, environment, project, user, userFile }: ConfigurationSources): readonly Layer[] {
  const ofEnvironment = settingKeys.map((key) => [key, environment[settingRules[key].variable] || undefined]);
  return [
    { origin: 'flag', values: flags, fromOf: (key) => `--${key.replaceAll('_', '-')}` },
    { origin: 'environment', values: Object.fromEntries(ofEnvironment), fromOf: (key) => settingRules[key].variable },
    { origin: 'project', values: project?.settings ?? {}, fromOf: () => project?.file ?? '' },
    { origin: 'user', values: user.settings, fromOf: () => userFile },
  ];
}

function add(found: Partial<Record<SettingKey, Setting>>, { origin, values, fromOf }: Layer): void {
  for (const key of settingKeys) {
    const value = values[key];
    if (value === undefined || found[key] !== undefined) continue;
    found[key] = { value: requireValue(key, value, fromOf(key)), origin, from: fromOf(key) };
  }
}

/** Only a layer that names the context in use itself. */
function addContext(
  found: Partial<Record<SettingKey, Setting>>,
  { origin, values, fromOf }: Layer,
  user: UserSettings,
): void {
  const name = values.context;
  if (name === undefined || (found.context !== undefined && found.context.origin !== origin)) return;
  const context = requireContext(user, name);
  // What belongs to one server is not for another one that was named besides.
  if (found.server !== undefined && found.server.value !== context.server) return;
  const from = `context ${name}, ${fromOf('context')}`;
  for (const [key, value] of Object.entries(context)) {
    const known = key as SettingKey;
    if (value !== undefined && found[known] === undefined) found[known] = { value, origin, from };
  }
}
