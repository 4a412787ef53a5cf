/** The result of something that was run by hand -> what came of it. */
import type { Outcome } from '../outcome.ts';
import type { Style } from './style.ts';

export interface RunResult<Run> {
  readonly outcome: 'done' | 'failed' | 'planned';
  readonly plan: readonly string[];
  readonly run?: Run;
}

export function runOutcome<Run>(result: RunResult<Run>, textOf: (run: Run, style: Style) => string): Outcome {
  const { outcome, plan, run } = result;
  return {
    data: result,
    exitCode: outcome === 'failed' ? 1 : 0,
    text: (style) =>
      run === undefined
        ? `${style.bold('Would do')} (nothing was changed):\n${plan.map((line) => `  ${line}`).join('\n')}`
        : textOf(run, style),
  };
}
