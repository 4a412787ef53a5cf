/** Everything that the platform measures, at the moment it is asked. */
import type { QueueSummary } from '../../model/task-queue.ts';
import type { DesiredState } from '../desired-state.ts';
import type { TaskQueues } from '../queues/task-queues.ts';
import type { Router } from '../router/router.ts';
import type { Engine } from '../serving/engine.ts';
import type { EventCounters } from './event-counters.ts';
import type { MetricFamily, Sample } from './exposition.ts';
import { instanceFamilies, type LiveVersionFacts } from './instance-families.ts';
import { processFamilies, single } from './process-families.ts';
import type { RequestCounters } from './request-counters.ts';
import { requestFamilies } from './request-families.ts';

export interface MetricsParts {
  readonly desired: Pick<DesiredState, 'applications'>;
  readonly engine: Pick<Engine, 'instances' | 'pool'>;
  readonly router: Pick<Router, 'statistics'>;
  readonly queues: Pick<TaskQueues, 'list'>;
  readonly requests: Pick<RequestCounters, 'counts'>;
  readonly events: EventCounters;
}

export function platformMetrics(parts: MetricsParts): readonly MetricFamily[] {
  const applications = parts.desired.applications();
  const versions = applications.flatMap(({ id, live }) =>
    Object.entries(live.modules).flatMap(([module, { versions: all }]) =>
      Object.entries(all).map(
        ([version, { deploymentId }]): LiveVersionFacts => ({
          ...{ application: id, module, version },
          pending: parts.engine.pool(deploymentId)?.waitingCount ?? 0,
        }),
      ),
    ),
  );
  const names = new Set(versions.map(({ application, module, version }) => `${application} ${module} ${version}`));
  const isLive = (application: string, module: string, version: string) =>
    names.has(`${application} ${module} ${version}`);
  return [
    ...requestFamilies(parts.requests.counts(isLive)),
    ...instanceFamilies(versions, parts.engine.instances()),
    ...queueFamilies(parts, applications),
    ...parts.events.families(),
    ...routerFamilies(parts),
    ...processFamilies(),
  ];
}

function routerFamilies({ router }: MetricsParts): readonly MetricFamily[] {
  const { requests, requestsInFlight, webSocketsOpen, reroutes, retries } = router.statistics();
  return [
    single(
      'appcfg_router_requests_total',
      'counter',
      'Requests whose head was read, also those for no application.',
      requests,
    ),
    single(
      'appcfg_router_requests_in_flight',
      'gauge',
      'Requests on their way, WebSockets included.',
      requestsInFlight,
    ),
    single('appcfg_websockets_open', 'gauge', 'Open WebSockets.', webSocketsOpen),
    single(
      'appcfg_router_reroutes_total',
      'counter',
      'Requests that a deploy sent another way while they waited.',
      reroutes,
    ),
    single('appcfg_router_retries_total', 'counter', 'Second tries after a dead connection to an instance.', retries),
  ];
}

function queueFamilies(
  { queues }: MetricsParts,
  applications: readonly { readonly id: string }[],
): readonly MetricFamily[] {
  const all = applications.flatMap(({ id }) => queues.list(id).map((queue) => ({ application: id, queue })));
  const each = (value: (queue: QueueSummary) => number) =>
    all.map(({ application, queue }): Sample => ({ labels: { application, queue: queue.name }, value: value(queue) }));
  const gauge = { type: 'gauge' } as const;
  return [
    {
      ...{ name: 'appcfg_queue_tasks', ...gauge, help: 'Tasks that a queue holds.' },
      samples: each(({ tasks }) => tasks),
    },
    {
      ...{ name: 'appcfg_queue_running_tasks', ...gauge, help: 'Tasks that are being tried.' },
      samples: each(({ running }) => running),
    },
  ];
}
