/** Settings that came piece by piece, checked by the rules of their yaml file. */
import { parseSettingsFile, settingsFiles } from '../../../config/settings/settings-file.ts';
import { failure } from '../../../errors.ts';
import { hasErrors } from '../../../model/diagnostic.ts';
import type { Settings, SettingsKind } from '../../../model/settings.ts';

/** @throws AppcfgError `api.bad-settings` with everything that is wrong */
export function checkedSettings<K extends SettingsKind>(kind: K, value: Settings[K]): Settings[K] {
  const { baseName, dataOf } = settingsFiles[kind];
  const reading = parseSettingsFile(kind, JSON.stringify(dataOf(value)), `${baseName}.yaml`);
  if (reading.value === undefined || hasErrors(reading.diagnostics)) {
    const errors = reading.diagnostics.filter(({ severity }) => severity === 'error');
    throw failure('api.bad-settings', { what: baseName, problem: errors[0]?.message ?? '', diagnostics: errors });
  }
  return reading.value;
}
