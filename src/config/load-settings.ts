/** Reads the application's own files (dispatch, cron ...) from disk. */
import { dirname, join } from 'node:path';
import type { SettingsKind } from '../model/settings.ts';
import { parseModuleFile } from './app/parse-module-file.ts';
import type { FoundSettings } from './find-files.ts';
import { readConfigFile } from './read-config-file.ts';
import { parseSettingsFile, type SettingsReading } from './settings/settings-file.ts';

export interface SettingsOnDisk extends SettingsReading<unknown> {
  readonly kind: SettingsKind;
  readonly file: string;
  readonly path: string;
}

export function loadSettings(
  files: readonly FoundSettings[],
  application: string | undefined,
): readonly SettingsOnDisk[] {
  return files.map((found) => loadOne(found, application));
}

function loadOne(found: FoundSettings, override: string | undefined): SettingsOnDisk {
  const read = readConfigFile(found.path, found.file);
  if (!read.ok) return { ...found, diagnostics: [read.diagnostic] };
  const reading = parseSettingsFile(found.kind, read.source, found.file);
  const application = override ?? reading.application ?? applicationBeside(found.path);
  return { ...found, ...reading, ...(application === undefined ? {} : { application }) };
}

/** A settings file that names no application belongs to that of the app.yaml beside it. */
function applicationBeside(path: string): string | undefined {
  for (const name of ['app.yaml', 'app.yml']) {
    const read = readConfigFile(join(dirname(path), name), name);
    if (read.ok) return parseModuleFile(read.source, name).value?.application;
  }
  return undefined;
}
