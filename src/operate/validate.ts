/** Checks yaml files as a deploy would, without deploying anything. */
import type { Diagnostic } from '../model/diagnostic.ts';
import { hasErrors } from '../model/diagnostic.ts';
import type { SettingsKind } from '../model/settings.ts';
import { type LocalRequest, loadLocal } from './local-modules.ts';

export interface Validation {
  readonly isValid: boolean;
  readonly application?: string;
  readonly modules: readonly { readonly file: string; readonly module: string; readonly version: string }[];
  /** Kind of settings -> the file that they are from. */
  readonly settings: Readonly<Partial<Record<SettingsKind, string>>>;
  readonly diagnostics: readonly Diagnostic[];
  /** For people: what a deploy would leave out. */
  readonly notes: readonly string[];
}

export async function validate(request: LocalRequest): Promise<Validation> {
  const { application, modules, settingsFiles, diagnostics, notes } = await loadLocal(request);
  return {
    isValid: !hasErrors(diagnostics),
    ...(application === undefined ? {} : { application }),
    modules: modules.map(({ file, module, version }) => ({ file, module, version })),
    settings: settingsFiles,
    diagnostics,
    notes,
  };
}
