/** The question before the first change: the plan, with a mark at what takes something away that works now. Pure. */
import type { Question } from '../progress/reporter.ts';
import { type DeployPlan, isDestructive } from './deploy-plan.ts';
import { changeLines } from './plan-lines.ts';

/** Yes where nobody can be asked, as the peers have it: a script that deploys means to deploy. */
export function confirmation(plan: DeployPlan): Question {
  const lines = plan.changes.flatMap((change) =>
    changeLines(change).map((line) => `  ${isDestructive(change) ? '!' : ' '} ${line}`),
  );
  const legend = plan.changes.some(isDestructive) ? ['  (! changes or takes away what works now)'] : [];
  return {
    message: [`Application ${plan.application}:`, ...lines, ...legend, 'Deploy?'].join('\n'),
    defaultAnswer: true,
  };
}
