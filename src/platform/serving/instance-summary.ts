/** An instance as `instances list` shows it. */
import type { EgressMode } from '../../model/egress.ts';
import type { InstanceState, InstanceSummary } from '../../model/instance.ts';
import type { IsolationLevel } from '../../model/isolation.ts';
import type { Deployment } from '../deployment.ts';
import type { InstancePhase } from './instance-machine.ts';
import type { InstanceTraffic } from './instance-traffic.ts';
import type { ResourceUsage } from './resource-watch.ts';

export interface InstanceFacts {
  readonly id: string;
  readonly phase: InstancePhase;
  /** Its port is open. */
  readonly isListening: boolean;
  readonly pid: number | undefined;
  readonly startedAtMs: number | undefined;
  readonly traffic: InstanceTraffic;
  readonly usage: ResourceUsage | undefined;
  readonly isolation: IsolationLevel;
  readonly egress: EgressMode | undefined;
  readonly restarts: number;
}

export function summarise(deployment: Deployment, facts: InstanceFacts): InstanceSummary {
  const { application, module, version } = deployment;
  const { traffic, usage } = facts;
  return {
    application,
    module,
    version,
    id: facts.id,
    ...describePhase(facts.phase, facts.isListening),
    ...(facts.pid === undefined ? {} : { pid: facts.pid }),
    ...(facts.startedAtMs === undefined ? {} : { startedAt: new Date(facts.startedAtMs).toISOString() }),
    requests: traffic.requests,
    errors: traffic.errors,
    requestsInFlight: traffic.inFlight,
    averageLatencyMs: traffic.averageLatencyMs,
    ...usage,
    restarts: facts.restarts,
    isolation: facts.isolation,
    ...(facts.egress === undefined ? {} : { egress: facts.egress }),
  };
}

export function describePhase(
  phase: InstancePhase,
  isListening: boolean,
): { readonly state: InstanceState; readonly reason: string } {
  switch (phase.tag) {
    case 'new':
    case 'spawning':
      return isListening
        ? { state: 'starting', reason: 'listens; its readiness check has not succeeded yet' }
        : { state: 'spawning', reason: 'launched, not listening yet' };
    case 'standby':
      return { state: 'starting', reason: 'listens; /_ah/start waits for the first request' };
    case 'starting':
      return { state: 'starting', reason: `/_ah/${phase.request} is running` };
    case 'ready':
      return { state: 'ready', reason: 'takes requests' };
    case 'unready':
      return { state: 'starting', reason: `takes no requests: ${phase.reason}` };
    case 'draining':
    case 'terminating':
    case 'killing':
      return { state: 'stopping', reason: phase.cause.reason };
    case 'ended':
      return { state: phase.cause.isFailure ? 'failed' : 'stopping', reason: phase.cause.reason };
  }
}

/** A slot without a process: the last one failed and the next start is not due yet. */
export function failedSummary(
  deployment: Deployment,
  slot: { readonly id: string; readonly reason: string; readonly restarts: number },
): InstanceSummary {
  const { application, module, version } = deployment;
  const nothing = { requests: 0, errors: 0, requestsInFlight: 0, averageLatencyMs: 0 };
  return { application, module, version, ...slot, ...nothing, state: 'failed' };
}
