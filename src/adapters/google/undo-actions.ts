/** What takes a change back that failed half-way. Pure. */
import type { Action, ChangePlan } from './journal-state.ts';

/** In reverse order. What came after the traffic needs none of it. */
export function undoOf(plan: ChangePlan, isBegun: (action: Action) => boolean): readonly Action[] {
  const begun = plan.stages.flatMap(({ name, actions }) => (name === 'after' ? [] : actions)).filter(isBegun);
  return begun.reverse().flatMap(undoOfOne);
}

function undoOfOne(action: Action): readonly Action[] {
  switch (action.do) {
    case 'create': {
      const { module, version, before, deployment } = action;
      if (action.isNew) return [{ do: 'delete', module, version }];
      return before === undefined || before === deployment
        ? []
        : [{ do: 'create', module, version, deployment: before, isNew: false }];
    }
    case 'traffic':
      return action.before === undefined ? [] : [{ do: 'traffic', module: action.module, split: action.before }];
    case 'settings':
      return [{ ...action, value: action.before }];
    case 'status':
      return [{ ...action, status: action.status === 'serving' ? 'stopped' : 'serving' }];
    case 'scale':
    case 'delete':
      return [];
  }
}
