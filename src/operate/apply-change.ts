/** Runs one change the way all of them run: planned, done or unchanged, followed, repeatable. */
import { randomUUID } from 'node:crypto';
import type { WatchOptions } from '../backend/call-options.ts';
import { followChange } from '../backend/follow-change.ts';
import type { Operation } from '../model/operation.ts';
import type { ChangeResult, OperateContext } from './operate-context.ts';

export interface PlannedChange {
  readonly application: string;
  /** The end of "interrupted while ...": `version uno was starting`. */
  readonly what: string;
  /** Empty when there is nothing to do. */
  readonly plan: readonly string[];
  readonly isDryRun: boolean;
  /** Answers the operation, where the backend makes one of it. */
  readonly run: (options: WatchOptions) => Promise<Operation | undefined>;
}

export async function applyChange(context: OperateContext, change: PlannedChange): Promise<ChangeResult> {
  const { application, plan, isDryRun, run, what } = change;
  if (plan.length === 0) return { application, outcome: 'unchanged', plan };
  if (isDryRun) return { application, outcome: 'planned', plan };
  const requestId = randomUUID();
  const operation = await followChange(context, {
    application,
    what,
    start: (watch) =>
      run({ ...watch, requestId, onEvent: (event) => context.reporter?.event({ type: 'operation', event }) }),
  });
  return { application, outcome: 'done', plan, ...facts(operation) };
}

function facts(operation: Operation | undefined): Pick<ChangeResult, 'operation' | 'release'> {
  if (!operation) return {};
  const { id, release } = operation;
  return { operation: id, ...(release === undefined ? {} : { release }) };
}
