/** Indexes that the backend has and index.yaml no longer names: shown, then deleted one by one or all. */
import { requireRole } from '../backend/require-role.ts';
import { indexLabel } from '../backend/settings-changes.ts';
import type { IndexDefinition } from '../model/settings.ts';
import { canonicalJson } from '../support/canonical-json.ts';
import { applyChange } from './apply-change.ts';
import { describeApplication } from './describe-application.ts';
import type { ChangeResult, OperateContext } from './operate-context.ts';
import { readSettingsFile, type SettingsFileRequest } from './settings-file.ts';

export interface UnusedIndexes {
  readonly application: string;
  /** undefined: there is none, so that every index is unused. */
  readonly file?: string;
  /** Each with its label for people. */
  readonly unused: readonly { readonly index: IndexDefinition; readonly label: string }[];
}

export interface DeleteIndexesRequest {
  readonly application: string;
  readonly indexes: readonly IndexDefinition[];
  readonly isDryRun: boolean;
}

/** @throws AppcfgError `settings.no-file`, `settings.no-directory`, `config.invalid`, `application.not-found` */
export async function findUnusedIndexes(
  context: OperateContext,
  request: Omit<SettingsFileRequest, 'kind'>,
): Promise<UnusedIndexes> {
  const { application, file, value } = await readSettingsFile(context, { ...request, kind: 'indexes' });
  const wanted = keysOf(value ?? []);
  const { settings } = await describeApplication(context, application);
  const unused = settings.indexes.filter((index) => !wanted.has(canonicalJson(index)));
  return {
    application,
    ...(file === undefined ? {} : { file }),
    unused: unused.map((index) => ({ index, label: indexLabel(index) })),
  };
}

/** Indexes that are gone already are no error. @throws AppcfgError `backend.unsupported`, `application.not-found` */
export async function deleteIndexes(context: OperateContext, request: DeleteIndexesRequest): Promise<ChangeResult> {
  const role = requireRole(context.backend, 'settings');
  const { application, isDryRun } = request;
  const doomed = keysOf(request.indexes);
  const { settings } = await describeApplication(context, application);
  const kept = settings.indexes.filter((index) => !doomed.has(canonicalJson(index)));
  const gone = settings.indexes.filter((index) => doomed.has(canonicalJson(index)));
  return applyChange(context, {
    application,
    what: 'indexes were deleted',
    plan: gone.map((index) => `indexes: delete ${indexLabel(index)}`),
    isDryRun,
    run: async (options) => {
      await role.replace(application, 'indexes', kept, options);
      return undefined;
    },
  });
}

function keysOf(indexes: readonly IndexDefinition[]): ReadonlySet<string> {
  return new Set(indexes.map(canonicalJson));
}
