/** Replaces one kind of settings by what its yaml file says (update_cron, update_queues ...). */
import { requireRole } from '../backend/require-role.ts';
import { mergedSettings, settingsChanges, settingsLine } from '../backend/settings-changes.ts';
import { failure } from '../errors.ts';
import type { Settings, SettingsKind } from '../model/settings.ts';
import { applyChange } from './apply-change.ts';
import { describeApplication } from './describe-application.ts';
import type { ChangeResult, OperateContext } from './operate-context.ts';
import { readSettingsFile, type SettingsFileRequest } from './settings-file.ts';

export interface ReplaceSettingsRequest extends SettingsFileRequest {
  readonly isDryRun: boolean;
}

/**
 * Index definitions are only added; the others are replaced as a whole. undefined: the named directory has no such file.
 * @throws AppcfgError `settings.no-file`, `settings.no-directory`, `settings.other-file`, `config.invalid`,
 * `deploy.dispatch-target-missing`, `backend.unsupported`
 */
export async function replaceSettings(
  context: OperateContext,
  request: ReplaceSettingsRequest,
): Promise<ChangeResult | undefined> {
  const { application, value } = await readSettingsFile(context, request);
  if (value === undefined) return undefined;
  return replaceKind(context, { application, kind: request.kind, value, isDryRun: request.isDryRun });
}

interface Replacement<K extends SettingsKind> {
  readonly application: string;
  readonly kind: K;
  readonly value: Settings[K];
  readonly isDryRun: boolean;
}

async function replaceKind<K extends SettingsKind>(
  context: OperateContext,
  replacement: Replacement<K>,
): Promise<ChangeResult> {
  const role = requireRole(context.backend, 'settings');
  const { application, kind, isDryRun } = replacement;
  const { settings, modules } = await describeApplication(context, application);
  const value = mergedSettings(kind, settings[kind], replacement.value);
  const known = new Set(modules.map(({ name }) => name));
  const stray =
    kind === 'dispatch' ? (value as Settings['dispatch']).find((rule) => !known.has(rule.module)) : undefined;
  if (stray) throw failure('deploy.dispatch-target-missing', { module: stray.module, url: stray.url });
  return applyChange(context, {
    application,
    what: `${kind} were replaced`,
    plan: settingsChanges(kind, settings[kind], value).map((change) => settingsLine(kind, change)),
    isDryRun,
    run: async (options) => {
      await role.replace(application, kind, value, options);
      return undefined;
    },
  });
}
