/** The trial start of a deployment that is about to go live: enough healthy instances, or the reason why not. */
import { failure } from '../../errors.ts';
import type { ManagedInstance } from './managed-instance.ts';
import type { StartOrder } from './scaling/decision.ts';
import { needsProcess } from './scaling/settings.ts';
import type { ServedDeployment } from './served-deployment.ts';
import { startAdvice } from './start-advice.ts';

export interface TrialOptions {
  readonly signal: AbortSignal;
  readonly nowMs: () => number;
  /** After it a start request that still runs counts as started. */
  readonly startAcceptedMs: number;
  readonly onProgress: (healthy: number, wanted: number) => void;
  readonly onOutput: (line: string) => void;
}

/** @throws AppcfgError `instance.start-failed`, or the signal's reason; the instances are still there then */
export async function runTrial(served: ServedDeployment, options: TrialOptions): Promise<number> {
  const orders = trialOrders(served);
  if (orders.length === 0) return 0;
  served.startTrial(orders, options.onOutput);
  const instances = served.instances;
  let reported = -1;
  await served.until(() => {
    throwIfFailed(served, instances);
    const healthy = instances.filter((instance) =>
      isHealthy(instance, options.nowMs(), options.startAcceptedMs),
    ).length;
    if (healthy !== reported) options.onProgress(healthy, instances.length);
    reported = healthy;
    return healthy === instances.length;
  }, options.signal);
  return instances.length;
}

/** S3: a start request may never be answered; the instance runs, and takes no traffic until it is. */
export function isHealthy(instance: ManagedInstance, nowMs: number, startAcceptedMs: number): boolean {
  const { phase } = instance;
  if (phase.tag === 'ready' || phase.tag === 'standby') return true;
  return phase.tag === 'starting' && phase.request === 'start' && nowMs - phase.sinceMs >= startAcceptedMs;
}

function trialOrders(served: ServedDeployment): readonly StartOrder[] {
  if (served.isStopped || !needsProcess(served.deployment.spec)) return [];
  const { settings } = served;
  const order = { isAheadOfDemand: true, reason: 'trial start' };
  switch (settings.type) {
    case 'manual':
      return Array.from({ length: settings.instances }, (_, slot) => ({ ...order, id: String(slot) }));
    case 'basic':
      return [{ ...order, id: '0' }];
    case 'automatic':
      return Array.from({ length: Math.max(1, settings.minInstances) }, () => order);
  }
}

function throwIfFailed(served: ServedDeployment, instances: readonly ManagedInstance[]): void {
  for (const { id, phase, lastOutput } of instances) {
    // Only its end has all of its last words.
    if (phase.tag !== 'ended') continue;
    const { module, version, spec } = served.deployment;
    const name = served.settings.type === 'automatic' ? 'its instance' : `instance ${id}`;
    throw failure('instance.start-failed', {
      module,
      version,
      reason: `${name}: ${phase.cause.reason}`,
      output: lastOutput,
      ...startAdvice({ problem: phase.cause.problem, output: lastOutput, spec }),
    });
  }
}
