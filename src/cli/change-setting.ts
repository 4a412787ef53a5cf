/** Changes one of the user's own settings. */
import { resolve } from 'node:path';
import { requireValue, type SettingKey } from './configuration/setting-keys.ts';
import { readUserSettings, requireContext, writeUserSettings } from './configuration/user-settings.ts';
import type { Session } from './session.ts';

/**
 * @param value undefined: not set any more
 * @returns the value as it is kept
 * @throws AppcfgError `config.bad-value`, `context.not-found`
 */
export function storedValue(session: Session, key: SettingKey, value: string | undefined): string | undefined {
  const { directories, workingDirectory } = session;
  const user = readUserSettings(directories.config);
  const { [key]: _, ...others } = user.settings;
  if (value === undefined) {
    writeUserSettings(directories.config, { ...user, settings: others });
    return undefined;
  }
  const checked = requireValue(key, value, 'the command line');
  if (key === 'context') requireContext(user, checked);
  const kept = key === 'ca_cert' ? resolve(workingDirectory, checked) : checked;
  writeUserSettings(directories.config, { ...user, settings: { ...others, [key]: kept } });
  return kept;
}
