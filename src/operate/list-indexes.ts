/** The datastore indexes that the backend has recorded for an application. */
import { indexLabel } from '../backend/settings-changes.ts';
import type { IndexDefinition } from '../model/settings.ts';
import { describeApplication } from './describe-application.ts';
import type { OperateContext } from './operate-context.ts';

export interface RecordedIndex {
  readonly index: IndexDefinition;
  /** For people. */
  readonly label: string;
}

/** @throws AppcfgError `application.not-found` */
export async function listIndexes(context: OperateContext, application: string): Promise<readonly RecordedIndex[]> {
  const { settings } = await describeApplication(context, application);
  return settings.indexes.map((index) => ({ index, label: indexLabel(index) }));
}
