/** Runs steps in order by a table of kind -> action; knows no meaning. */

export interface StepAction<S, R, C> {
  /** Adds what the step found out to the result of those before it. */
  run(step: S, result: R, context: C): Promise<R>;
  /** Takes back what `run` did or began. Only called while nothing is committed. Absent: there is nothing to take back. */
  undo?(step: S, context: C): Promise<void>;
  /** Once it ran, what was done serves: nothing is undone from here on. */
  readonly commits?: true;
}

interface Kind {
  readonly kind: string;
}

export type StepTable<S extends Kind, R, C> = {
  readonly [K in S['kind']]: StepAction<Extract<S, { readonly kind: K }>, R, C>;
};

/**
 * @throws what the failing step threw, once everything begun and not committed is undone, in reverse; failures of
 * the undoing are handed to `onUndoFailed` and never hide the cause
 */
export async function runSteps<S extends Kind, R, C>(
  steps: readonly S[],
  table: StepTable<S, R, C>,
  initial: R,
  options: { readonly context: C; readonly onUndoFailed?: (step: S, error: unknown) => void },
): Promise<R> {
  const begun: S[] = [];
  let result = initial;
  for (const step of steps) {
    const action = actionOf(table, step);
    begun.push(step);
    try {
      result = await action.run(step, result, options.context);
    } catch (error) {
      await undoAll(begun.reverse(), table, options);
      throw error;
    }
    if (action.commits === true) begun.length = 0;
  }
  return result;
}

async function undoAll<S extends Kind, R, C>(
  steps: readonly S[],
  table: StepTable<S, R, C>,
  options: { readonly context: C; readonly onUndoFailed?: (step: S, error: unknown) => void },
): Promise<void> {
  for (const step of steps) {
    try {
      await actionOf(table, step).undo?.(step, options.context);
    } catch (error) {
      options.onUndoFailed?.(step, error);
    }
  }
}

/** The table's type ties each kind to its own step; indexing by a union loses that, and only here. */
function actionOf<S extends Kind, R, C>(table: StepTable<S, R, C>, step: S): StepAction<S, R, C> {
  return table[step.kind as S['kind']] as unknown as StepAction<S, R, C>;
}
