/** Whether a deployment's instances are what its desired state asks for. */
import { failure } from '../../errors.ts';
import type { ServedDeployment } from './served-deployment.ts';
import { startAdvice } from './start-advice.ts';
import { isHealthy } from './trial.ts';

export interface SettledOptions {
  readonly nowMs: () => number;
  readonly startAcceptedMs: number;
}

/** A start that fails again after its immediate restart is no passing trouble. */
const TOLERATED_FAILURES = 1;

/**
 * The check for `ServedDeployment.until`.
 * @throws AppcfgError `instance.start-failed` when instances keep failing
 */
export function isSettled(served: ServedDeployment, options: SettledOptions): () => boolean {
  const failuresBefore = served.failures.count;
  return () => {
    if (served.isStopped || served.isOverQuota || served.isDraining) return served.instances.length === 0;
    throwIfFailing(served, failuresBefore);
    const healthy = served.instances.filter((instance) =>
      isHealthy(instance, options.nowMs(), options.startAcceptedMs),
    ).length;
    const { settings } = served;
    switch (settings.type) {
      case 'manual':
        return healthy === settings.instances && served.instances.length === healthy;
      case 'basic':
        return served.instances.every(({ phase }) => !('cause' in phase));
      case 'automatic':
        return healthy >= Math.min(settings.maxInstances, Math.max(settings.minInstances, settings.minIdleInstances));
    }
  };
}

function throwIfFailing(served: ServedDeployment, failuresBefore: number): void {
  const { count, lastReason, lastProblem, lastOutput } = served.failures;
  if (count - failuresBefore <= TOLERATED_FAILURES) return;
  const { module, version, spec } = served.deployment;
  throw failure('instance.start-failed', {
    module,
    version,
    reason: lastReason ?? 'it keeps failing',
    output: lastOutput,
    ...startAdvice({ problem: lastProblem, output: lastOutput, spec }),
  });
}
