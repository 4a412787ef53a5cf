/** The user's file of settings and contexts. */
import { join } from 'node:path';
import { readPrivateFile, writePrivateFile } from '../../credentials/private-file.ts';
import { failure } from '../../errors.ts';
import type { SettingKey } from './setting-keys.ts';
import { requireContextName, requireKey, requireValue } from './setting-keys.ts';

/** The platform on this machine: always there, needs no signing in. */
export const LOCAL_CONTEXT = 'local';

export interface Context {
  /** Empty for the platform on this machine. */
  readonly server: string;
  readonly application?: string;
  readonly backend?: string;
  /** Absolute. */
  readonly ca_cert?: string;
}

export interface UserSettings {
  readonly contexts: Readonly<Record<string, Context>>;
  /** `context` is the one in use. */
  readonly settings: Readonly<Partial<Record<SettingKey, string>>>;
}

export function settingsFile(directory: string): string {
  return join(directory, 'settings.json');
}

/** @throws AppcfgError `config.bad-file`, `config.bad-value`, `config.unknown-key` */
export function readUserSettings(directory: string): UserSettings {
  const file = settingsFile(directory);
  const value = (readPrivateFile(file, { mayBeRead: true }) ?? {}) as Partial<UserSettings>;
  const contexts = entriesOf(value.contexts, file).map(([name, context]) => [
    requireContextName(name),
    contextOf(context, file),
  ]);
  return {
    contexts: { [LOCAL_CONTEXT]: { server: '' }, ...Object.fromEntries(contexts) },
    settings: settingsOf(value.settings, file),
  };
}

export function writeUserSettings(directory: string, { contexts, settings }: UserSettings): void {
  const { [LOCAL_CONTEXT]: _, ...own } = contexts;
  writePrivateFile(settingsFile(directory), { contexts: own, settings });
}

/** @throws AppcfgError `context.not-found` */
export function requireContext({ contexts }: UserSettings, name: string): Context {
  const found = Object.hasOwn(contexts, name) ? contexts[name] : undefined;
  if (found === undefined) throw failure('context.not-found', { context: name, known: Object.keys(contexts) });
  return found;
}

/** @throws AppcfgError when a key or a value is not as it has to be */
export function settingsOf(value: unknown, file: string): Partial<Record<SettingKey, string>> {
  return Object.fromEntries(
    entriesOf(value, file).map(([key, text]) => {
      const known = requireKey(key);
      return [known, requireValue(known, text, file)];
    }),
  );
}

function contextOf(value: unknown, file: string): Context {
  const { server = '', ...others } = settingsOf(value, file);
  return { server, ...others };
}

function entriesOf(value: unknown, file: string): readonly (readonly [string, unknown])[] {
  if (value === undefined) return [];
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return Object.entries(value);
  throw failure('config.bad-file', { file, reason: 'it has another shape than appcfg gives it' });
}
