/** Third stage of the start: what is wished comes to pass, and goes on where the former platform left off. */
import { isPaid } from '../model/profile.ts';
import type { PlatformAccess } from './access/platform-access.ts';
import { modulesParts } from './apis/modules/modules-parts.ts';
import { ApplicationChanges } from './application-changes.ts';
import { type Collector, startCollector } from './collector.ts';
import { createDeploymentIds } from './deployment-id.ts';
import { DurableChanges } from './durable-changes.ts';
import { edgeOf } from './edge.ts';
import { insistent } from './insistent.ts';
import type { Lifetime } from './lifetime.ts';
import { EventCounters } from './metrics/event-counters.ts';
import { Operations } from './operations.ts';
import { DRAIN_MS, type PlatformOptions } from './platform-options.ts';
import type { PlatformServing } from './platform-serving.ts';
import type { PlatformState } from './platform-state.ts';
import { createReconcile } from './reconcile.ts';
import type { InternalRequest } from './router/internal-request.ts';
import { createSchedulers, type Schedulers } from './schedulers.ts';
import { openWebhooks } from './webhooks/open-webhooks.ts';
import type { Webhooks } from './webhooks/webhooks.ts';

const DEFAULT_KEEP_RELEASES = 10;

export interface PlatformChanges {
  readonly changes: ApplicationChanges;
  readonly operations: Operations;
  readonly schedulers: Schedulers;
  readonly collector: Collector;
  readonly events: EventCounters;
  readonly webhooks: Webhooks;
  readonly reconcile: () => void;
  /** The platform's own ports, which applications do not reach as others' do. */
  readonly platformPorts: Set<number>;
}

interface Stages {
  readonly options: PlatformOptions;
  readonly state: PlatformState;
  readonly serving: PlatformServing;
  readonly access: PlatformAccess;
  readonly lifetime: Lifetime;
}

export async function openPlatformChanges(stages: Stages): Promise<PlatformChanges> {
  const { options, state, serving, access, lifetime } = stages;
  const { clock, checkpoint, keepReleases = DEFAULT_KEEP_RELEASES } = options;
  const { desired, store, resources, usage, logs, damaged, blobs, objects, trees, locks, directoryOf } = state;
  const { router, engine, defaultHostname } = serving;
  const events = new EventCounters();
  const dispatch = events.counting((request: InternalRequest) => router.dispatchInternal(request));
  const schedulers = createSchedulers({ desired, store, logs, clock, defaultHostname, dispatch });
  const applyState = createReconcile({
    ...{ desired, engine, directoryOf, defaultHostname },
    swap: (table) => router.swap(table),
    edgeOf: (application) => edgeOf(resources, application),
    isOverQuota: (application, scaling) => usage.quotas.isExhausted(application, scaling),
  });
  // What is committed must come to pass, also when a full disk is in the way just now.
  const reconcile = insistent(clock, () => {
    applyState();
    schedulers.refresh();
    durableChanges.committed();
  });
  lifetime.onClose('reconciling', () => reconcile.close());
  const operations = new Operations({
    ...{ desired, clock, checkpoint },
    onEnded: (operation) => {
      events.operationEnded(operation);
      access.audit.recordEnd(operation);
    },
  });
  lifetime.onClose('operations', () => operations.close());
  const changes = new ApplicationChanges(
    {
      ...{ desired, engine, blobs, clock, directoryOf, defaultHostname, reconcile, locks },
      newDeploymentId: createDeploymentIds(clock, (id) => desired.deployment(id) !== undefined),
      isDamaged: (id) => damaged.has(id),
      profileOf: (application) => usage.profiles.of(application),
    },
    operations,
  );
  const durableChanges = new DurableChanges({ changes, operations, desired });
  const platformPorts = new Set<number>();
  const webhooks = openPlatformWebhooks(stages, platformPorts);
  await openApis(stages, { schedulers, durableChanges, platformPorts });
  const collector = startCollector({
    ...{ desired, blobs, operations, trees, clock, keepReleases, checkpoint },
    alsoNeeded: () => objects.collect(),
  });
  lifetime.onClose('collector', () => collector.close());
  lifetime.onClose('cron and queues', () => schedulers.close({ graceMs: DRAIN_MS }));
  await damaged.repair();
  reconcile();
  usage.quotas.watch(reconcile);
  for (const record of desired.pendingOperations()) changes.resume(record);
  webhooks.start();
  return { changes, operations, schedulers, collector, events, webhooks, reconcile, platformPorts };
}

function openPlatformWebhooks(
  { options, state, serving, lifetime }: Stages,
  platformPorts: ReadonlySet<number>,
): Webhooks {
  const { clock, environment, host, remote } = options;
  const { store, desired, sealingKey: key } = state;
  const { apis, engine, defaultHostname } = serving;
  const isProtectedPort = (port: number) =>
    port === apis.port || platformPorts.has(port) || engine.isInstancePort(port);
  return openWebhooks(
    { store, desired, clock, key, defaultHostname, environment, host, remote, isProtectedPort },
    lifetime,
  );
}

interface ApiParts {
  readonly schedulers: Schedulers;
  readonly durableChanges: DurableChanges;
  readonly platformPorts: ReadonlySet<number>;
}

async function openApis({ options, state, serving }: Stages, parts: ApiParts): Promise<void> {
  const { desired, usage, logs, directory } = state;
  const { apis, engine, router, policy } = serving;
  await apis.listen({
    modules: modulesParts(desired, parts.durableChanges),
    queues: parts.schedulers.queues,
    ...{ engine, router, logs, directory, environment: options.environment },
    sockets: {
      policy,
      onTraffic: (application, { sentBytes, receivedBytes }) => {
        usage.daily.add(application, 'socket-bytes-sent', sentBytes);
        usage.daily.add(application, 'socket-bytes-received', receivedBytes);
      },
      isPaid: (application) => isPaid(usage.profiles.of(application)),
    },
    isPlatformPort: (port) => parts.platformPorts.has(port),
  });
}
