/** Composition root of the platform: each part is begun in order and ended in reverse, also after half a start. */

import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { messageOf } from '../errors.ts';
import { applicationHost } from '../model/host.ts';
import { isPaid } from '../model/profile.ts';
import { DAEMON_FILE, type DaemonFile } from '../protocol/daemon-file.ts';
import { type PlatformInfo, PROTOCOL_VERSION } from '../protocol/extension.ts';
import type { Clock } from '../support/clock.ts';
import { type HomeDirectories, tokenFile } from '../support/home-directories.ts';
import { packageVersion } from '../support/package-version.ts';
import { signalOnce } from '../support/signal-once.ts';
import { createPlatformAccess } from './access/platform-access.ts';
import { ApiResources } from './api-resources.ts';
import { BundledApis } from './apis/bundled-apis.ts';
import { modulesParts } from './apis/modules/modules-parts.ts';
import { ApplicationChanges } from './application-changes.ts';
import { ApplicationLocks } from './application-locks.ts';
import { writeFileAtomically } from './atomic-file.ts';
import type { Checkpoint } from './checkpoint.ts';
import { startCollector } from './collector.ts';
import { consoleRoutes } from './console/console-routes.ts';
import type { ControlParts } from './control/extension-routes.ts';
import { DamagedVersions } from './damaged-versions.ts';
import { createDeploymentIds } from './deployment-id.ts';
import { DesiredState } from './desired-state.ts';
import { DurableChanges } from './durable-changes.ts';
import { edgeOf } from './edge.ts';
import { insistent } from './insistent.ts';
import { createLifetime, type Lifetime } from './lifetime.ts';
import { createLogStore } from './logs/segment-log-store.ts';
import { EventCounters } from './metrics/event-counters.ts';
import { platformMetrics } from './metrics/platform-metrics.ts';
import { ObjectStore } from './objects/object-store.ts';
import { openControl, type RemoteControl } from './open-control.ts';
import { Operations } from './operations.ts';
import { persistentSecret } from './persistent-secret.ts';
import { openPlatformEgress } from './platform-egress.ts';
import { type IsolationWishes, isolationNote, openPlatformIsolation } from './platform-isolation.ts';
import { openPlatformUsage } from './platform-usage.ts';
import { choosePort, lastPorts } from './ports.ts';
import { createReconcile } from './reconcile.ts';
import type { ReleaseParts } from './release.ts';
import type { InternalRequest } from './router/internal-request.ts';
import { createRouter } from './router/router.ts';
import { createRuntimes } from './runtimes/registry.ts';
import { createSchedulers } from './schedulers.ts';
import { SecretStore } from './secrets/secret-store.ts';
import { createEngine } from './serving/embedded-engine.ts';
import { createRunCommand } from './serving/process.ts';
import { createBlobStore } from './store/disk-blob-store.ts';
import { openStateStore } from './store/open-state-store.ts';
import { migrations } from './store/schema.ts';
import { acquireOwnership } from './store/single-owner.ts';
import { TrafficMeter } from './usage/traffic-meter.ts';

const USUAL_PORT = 8080;
const DRAIN_MS = 5000;
const DEFAULT_KEEP_RELEASES = 10;

export interface PlatformOptions extends IsolationWishes {
  readonly directories: HomeDirectories;
  /** Address the router listens on. The control API is on loopback, and where `remote` says. */
  readonly host: string;
  /** undefined: 8080 or the next free one; 0: any free one. */
  readonly port?: number;
  readonly controlPort?: number;
  /** How others than this machine reach the control API. */
  readonly remote?: RemoteControl | undefined;
  /** How long the audit log is kept; 400 days when not given. */
  readonly auditDays?: number | undefined;
  /** Folder of the launchers that ship with the package (`runtimes/`). */
  readonly assetsDirectory: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  /** Adds the live release's id to every response; for tests of atomicity. */
  readonly showRelease?: boolean;
  /** How many releases each application keeps for rollback, the current one included; 10 when not given. */
  readonly keepReleases?: number | undefined;
  /** Told of every step of the journal, for tests. */
  readonly checkpoint?: Checkpoint | undefined;
}

export interface RunningPlatform {
  readonly daemon: DaemonFile;
  /** Where others than this machine reach the control API, over TLS. */
  readonly listening?: { readonly host: string; readonly port: number };
  /** For people: ports other than the usual ones. */
  readonly notes: readonly string[];
  /** Resolves when somebody asked for the end through the control API. */
  readonly shutdownRequested: Promise<void>;
  /** Ends every instance, keeps all state. */
  close(): Promise<void>;
}

/** @throws AppcfgError `store.in-use`, `platform.port-in-use`, `store.corrupt` ...; nothing is left running */
export async function startPlatform(options: PlatformOptions): Promise<RunningPlatform> {
  const lifetime = createLifetime();
  try {
    return await start(options, lifetime);
  } catch (error) {
    await lifetime.close();
    throw error;
  }
}

async function start(options: PlatformOptions, lifetime: Lifetime): Promise<RunningPlatform> {
  const { clock, directories } = options;
  const state = directories.state;
  mkdirSync(state, { recursive: true, mode: 0o700 });
  const ownership = await acquireOwnership(state);
  lifetime.onClose('ownership', () => ownership.release());
  // Removed when everything else has ended: whoever waits for the end watches this file.
  lifetime.onClose('daemon file', () => rmSync(join(state, DAEMON_FILE), { force: true }));
  const nonce = persistentSecret(join(state, 'nonce'));
  // Programs are run to find out what works here: the rest begins meanwhile.
  const isolating = openPlatformIsolation(options, nonce, lifetime);
  const store = await openStateStore(join(state, 'platform.db'), migrations);
  lifetime.onClose('store', () => store.close());
  const desired = new DesiredState(store);
  const resources = new ApiResources(store);
  const usage = openPlatformUsage(
    { ...{ clock, store, resources }, configDirectory: directories.config, environment: options.environment },
    lifetime,
  );
  const secrets = new SecretStore({ store, key: () => persistentSecret(join(state, 'secrets.key')), clock });
  const blobs = createBlobStore(join(state, 'blobs'), {
    clock,
    run: createRunCommand(clock),
    onCorrupt: (digest) => damaged.contentLost(digest),
  });
  const logs = await createLogStore({ directory: join(state, 'logs'), clock });
  lifetime.onClose('logs', () => logs.close());

  const traffic = new TrafficMeter(logs, clock);
  lifetime.onClose('traffic meter', () => traffic.close());

  const last = lastPorts(join(state, 'ports.json'));
  const chosen = await choosePort({
    what: 'router',
    host: options.host,
    asked: options.port,
    usual: USUAL_PORT,
    last: last.routerPort,
  });
  const secret = persistentSecret(join(state, 'secret'));
  const apis = new BundledApis(clock);
  const router = createRouter({
    clock,
    logs,
    tickets: apis.tickets,
    internalSecret: secret,
    meter: usage.requests,
    showRelease: options.showRelease === true,
    trustForwardedHeaders: false,
  });
  const { port: routerPort } = await router.listen({ host: options.host, port: chosen.port });
  lifetime.onClose('router', () => router.close({ graceMs: DRAIN_MS }));
  // After the instances: their shutdown hooks still call it.
  lifetime.onClose('API server', () => apis.close());

  const { assetsDirectory } = options;
  const isolation = await isolating;
  const { policy, boundary: egress } = openPlatformEgress(
    {
      ...{ clock, nonce, environment: options.environment, configDirectory: directories.config },
      cgroups: isolation.cgroups,
      apiPort: () => apis.port,
    },
    lifetime,
  );
  const findRuntime = createRuntimes({ assetsDirectory, environment: isolation.environment });
  const engine = createEngine({
    clock,
    logs,
    runtimeFor: ({ runtime, environment }) => findRuntime(runtime, environment),
    stateDirectory: join(state, 'run'),
    cacheDirectory: join(directories.cache, 'builds'),
    nonce,
    isolation,
    egress,
    tickets: apis.tickets,
    secretsFor: ({ application, secrets: bindings }) => secrets.open(application, bindings ?? {}),
    environmentFor: (deployment, instance) => apis.environmentFor(deployment, instance),
    onChange: () => {},
    meter: usage.hours,
  });
  lifetime.onClose('engine', () => engine.close());

  const trees = join(state, 'trees');
  const defaultHostname = (application: string) => `${applicationHost(application)}.localhost:${routerPort}`;
  const directoryOf = (application: string, digest: string) => join(trees, encodeURIComponent(application), digest);
  const damaged = new DamagedVersions({ desired, blobs, logs, clock, directoryOf });
  const locks = new ApplicationLocks(resources, clock);
  const objects = new ObjectStore({ store, blobs, clock });
  const applyState = createReconcile({
    desired,
    engine,
    swap: (table) => router.swap(table),
    directoryOf,
    defaultHostname,
    edgeOf: (application) => edgeOf(resources, application),
    isOverQuota: (application, scaling) => usage.quotas.isExhausted(application, scaling),
  });
  const events = new EventCounters();
  const dispatch = events.counting((request: InternalRequest) => router.dispatchInternal(request));
  const schedulers = createSchedulers({ desired, store, logs, clock, defaultHostname, dispatch });
  // What is committed must come to pass, also when a full disk is in the way just now.
  const reconcile = insistent(clock, () => {
    applyState();
    schedulers.refresh();
    durableChanges.committed();
  });
  lifetime.onClose('reconciling', () => reconcile.close());
  const parts: ReleaseParts = {
    desired,
    engine,
    blobs,
    clock,
    directoryOf,
    defaultHostname,
    newDeploymentId: createDeploymentIds(clock, (id) => desired.deployment(id) !== undefined),
    isDamaged: (id) => damaged.has(id),
    reconcile,
    profileOf: (application) => usage.profiles.of(application),
    locks,
  };
  // The same after a restart: who follows an operation, here or over the network, goes on with it.
  const token = persistentSecret(tokenFile(directories));
  const access = createPlatformAccess({ store, clock, localToken: token, auditDays: options.auditDays });
  access.audit.start();
  lifetime.onClose('audit log', () => access.audit.close());
  const operations = new Operations({
    ...{ desired, clock, checkpoint: options.checkpoint },
    onEnded: (operation) => {
      events.operationEnded(operation);
      access.audit.recordEnd(operation);
    },
  });
  lifetime.onClose('operations', () => operations.close());
  const changes = new ApplicationChanges(parts, operations);
  const platformPorts = new Set<number>();
  const durableChanges = new DurableChanges({ changes, operations, desired });
  await apis.listen({
    modules: modulesParts(desired, durableChanges),
    queues: schedulers.queues,
    engine,
    router,
    logs,
    sockets: {
      policy,
      onTraffic: (application, { sentBytes, receivedBytes }) => {
        usage.daily.add(application, 'socket-bytes-sent', sentBytes);
        usage.daily.add(application, 'socket-bytes-received', receivedBytes);
      },
      isPaid: (application) => isPaid(usage.profiles.of(application)),
    },
    directory: state,
    isPlatformPort: (port) => platformPorts.has(port),
    environment: options.environment,
  });
  const { keepReleases = DEFAULT_KEEP_RELEASES, checkpoint } = options;
  const collector = startCollector({
    desired,
    blobs,
    operations,
    trees,
    clock,
    keepReleases,
    checkpoint,
    alsoNeeded: () => objects.collect(),
  });
  lifetime.onClose('collector', () => collector.close());
  lifetime.onClose('cron and queues', () => schedulers.close({ graceMs: DRAIN_MS }));

  await damaged.repair();
  reconcile();
  usage.quotas.watch(reconcile);
  for (const record of desired.pendingOperations()) changes.resume(record);

  const shutdown = signalOnce();
  const startedAt = new Date(clock.now()).toISOString();
  const applicationIds = () => desired.applications().map(({ id }) => id);
  const info = (): PlatformInfo => ({
    ...daemon,
    applications: applicationIds(),
    isolation: isolation.status,
    egress: egress.status,
  });
  const controlParts: ControlParts = {
    usage,
    locks,
    desired,
    changes,
    secrets,
    operations,
    engine,
    blobs,
    logs,
    cron: schedulers.cron,
    queues: schedulers.queues,
    traffic,
    metrics: () =>
      platformMetrics({ ...{ desired, engine, router, events }, queues: schedulers.queues, requests: usage.requests }),
    info,
    defaultHostname,
    isDamaged: (id) => damaged.has(id),
    onBlobsPromised: (digests) => collector.promise(digests),
    collect: (wish) => collector.collectNow(wish),
    shutdown: shutdown.fire,
  };
  const directory = join(assetsDirectory, '..', 'src/platform/console/assets');
  const pages = consoleRoutes(access.sessions, access.authenticator, directory);
  const { controlPort, listening } = await openControl({
    ...{ controlParts, access, pages, clock, objects, resources, reconcile, lifetime },
    ...{ stateDirectory: state, environment: options.environment, remote: options.remote },
    port: { asked: options.controlPort, last: last.controlPort },
  });
  platformPorts.add(controlPort);
  if (listening !== undefined) platformPorts.add(listening.port);

  const daemon: DaemonFile = {
    pid: process.pid,
    version: packageVersion,
    protocol: PROTOCOL_VERSION,
    host: options.host,
    controlPort,
    routerPort,
    token,
    startedAt,
  };
  writeFileAtomically(join(state, 'ports.json'), JSON.stringify({ routerPort, controlPort }));
  writeFileAtomically(join(state, DAEMON_FILE), JSON.stringify(daemon));
  return {
    daemon,
    ...(listening === undefined ? {} : { listening }),
    notes: [chosen.note, isolationNote(options, isolation.status)].filter((note) => note !== undefined),
    shutdownRequested: shutdown.fired,
    close: async () => {
      for (const { name, error } of await lifetime.close()) {
        process.emitWarning(`The platform's ${name} did not end cleanly: ${messageOf(error)}`);
      }
    },
  };
}
