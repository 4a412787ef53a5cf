/** Settings as `config` shows them: each with its value and where that comes from. */
import { type SettingKey, settingKeys } from './configuration/setting-keys.ts';
import type { SettingRow } from './render/access.ts';
import type { Session } from './session.ts';

export function settingRows(session: Session): readonly SettingRow[] {
  return settingKeys.map((key) => settingRow(session, key));
}

export function settingRow(session: Session, key: SettingKey): SettingRow {
  const found = session.configuration()[key];
  return { key, value: found?.value, from: found?.from ?? 'not set' };
}
