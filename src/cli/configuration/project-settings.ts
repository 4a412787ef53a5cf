/** The project's file, `.appcfg.json`: here or in a directory above, for everybody who works on the project. */
import { readFileSync } from 'node:fs';
import { dirname, join, parse } from 'node:path';
import { failure, messageOf } from '../../errors.ts';
import { type SettingKey, settingRules } from './setting-keys.ts';
import { settingsOf } from './user-settings.ts';

const PROJECT_FILE = '.appcfg.json';

export interface ProjectSettings {
  readonly file: string;
  readonly settings: Readonly<Partial<Record<SettingKey, string>>>;
}

/** The nearest one; undefined where there is none. @throws AppcfgError `config.bad-file`, `config.bad-value` ... */
export function readProjectSettings(workingDirectory: string, home: string | undefined): ProjectSettings | undefined {
  let directory = workingDirectory;
  for (;;) {
    const file = join(directory, PROJECT_FILE);
    const text = contentOf(file);
    if (text !== undefined) return { file, settings: checked(file, text) };
    // Not above somebody's home: what lies there is not the project's.
    if (directory === home || directory === parse(directory).root) return undefined;
    directory = dirname(directory);
  }
}

function checked(file: string, text: string): Partial<Record<SettingKey, string>> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw failure('config.bad-file', { file, reason: `it is not JSON: ${messageOf(error)}` });
  }
  const settings = settingsOf(value, file);
  const secretive = Object.keys(settings).find((key) => !settingRules[key as SettingKey].isOfProjects);
  if (secretive === undefined) return settings;
  throw failure('config.bad-file', { file, reason: `${secretive} is for your own settings only` });
}

function contentOf(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
