/** What the modules service reads and changes, out of the platform's own state. */
import type { DesiredState } from '../../desired-state.ts';
import type { DurableChanges } from '../../durable-changes.ts';
import type { ModulesParts } from './modules-service.ts';

export function modulesParts(
  desired: Pick<DesiredState, 'application' | 'deployment'>,
  changes: Pick<DurableChanges, 'apply'>,
): ModulesParts {
  return {
    live: (application) => desired.application(application)?.live,
    spec: (deploymentId) => desired.deployment(deploymentId)?.spec,
    setServingStatus: ({ status, ...change }) =>
      changes.apply((requestId) => ({
        kind: status === 'serving' ? 'start' : 'stop',
        request: { ...change, requestId },
      })),
    setInstances: (change) => changes.apply((requestId) => ({ kind: 'scale', request: { ...change, requestId } })),
  };
}
