/** Composition root of the platform: each stage is begun in order and ended in reverse, also after half a start. */
import { join } from 'node:path';
import { messageOf } from '../errors.ts';
import { DAEMON_FILE, type DaemonFile } from '../protocol/daemon-file.ts';
import { type PlatformInfo, PROTOCOL_VERSION } from '../protocol/extension.ts';
import { tokenFile } from '../support/home-directories.ts';
import { packageVersion } from '../support/package-version.ts';
import { signalOnce } from '../support/signal-once.ts';
import { createPlatformAccess, type PlatformAccess } from './access/platform-access.ts';
import { writeFileAtomically } from './atomic-file.ts';
import { consoleRoutes } from './console/console-routes.ts';
import type { ControlParts } from './control/extension-routes.ts';
import { createLifetime, type Lifetime } from './lifetime.ts';
import { platformMetrics } from './metrics/platform-metrics.ts';
import { type OpenedControl, openControl } from './open-control.ts';
import { persistentSecret } from './persistent-secret.ts';
import { openPlatformChanges, type PlatformChanges } from './platform-changes.ts';
import { isolationNote } from './platform-isolation.ts';
import type { PlatformOptions } from './platform-options.ts';
import { openPlatformServing, type PlatformServing } from './platform-serving.ts';
import { openPlatformState, type PlatformState } from './platform-state.ts';
import { lastPorts } from './ports.ts';

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
  const state = await openPlatformState(options, lifetime);
  const portsFile = join(state.directory, 'ports.json');
  const last = lastPorts(portsFile);
  const serving = await openPlatformServing(options, state, last.routerPort, lifetime);
  // The same after a restart: who follows an operation, here or over the network, goes on with it.
  const token = persistentSecret(tokenFile(options.directories));
  const access = openAccess(options, state, token, lifetime);
  const changing = await openPlatformChanges({ options, state, serving, access, lifetime });
  const shutdown = signalOnce();
  const startedAt = new Date(options.clock.now()).toISOString();
  const info = (): PlatformInfo => ({
    ...daemon,
    applications: state.desired.applications().map(({ id }) => id),
    isolation: serving.isolation.status,
    egress: serving.egress.status,
  });
  const controlParts = controlPartsOf(state, serving, changing, {
    clock: options.clock,
    info,
    shutdown: shutdown.fire,
  });
  const { controlPort, listening } = await openPlatformControl(options, state, {
    ...{ controlParts, access, changing, lifetime, lastPort: last.controlPort },
  });
  const daemon: DaemonFile = {
    pid: process.pid,
    version: packageVersion,
    protocol: PROTOCOL_VERSION,
    host: options.host,
    controlPort,
    routerPort: serving.routerPort,
    token,
    startedAt,
  };
  writeFileAtomically(portsFile, JSON.stringify({ routerPort: serving.routerPort, controlPort }));
  writeFileAtomically(join(state.directory, DAEMON_FILE), JSON.stringify(daemon));
  return {
    daemon,
    ...(listening === undefined ? {} : { listening }),
    notes: [serving.portNote, isolationNote(options, serving.isolation.status)].filter((note) => note !== undefined),
    shutdownRequested: shutdown.fired,
    close: () => end(lifetime),
  };
}

function openAccess(
  { clock, auditDays }: PlatformOptions,
  { store }: PlatformState,
  token: string,
  lifetime: Lifetime,
) {
  const access = createPlatformAccess({ store, clock, localToken: token, auditDays });
  access.audit.start();
  lifetime.onClose('audit log', () => access.audit.close());
  return access;
}

function controlPartsOf(
  state: PlatformState,
  serving: PlatformServing,
  { changes, operations, schedulers, collector, events }: PlatformChanges,
  own: Pick<ControlParts, 'info' | 'shutdown' | 'clock'>,
): ControlParts {
  const { desired, usage, locks, secrets, blobs, logs, damaged } = state;
  const { engine, traffic, router, defaultHostname } = serving;
  const { cron, queues } = schedulers;
  return {
    ...{ usage, locks, desired, changes, secrets, operations, engine, blobs, logs, cron, queues, traffic },
    ...{ defaultHostname, ...own },
    metrics: () => platformMetrics({ desired, engine, router, events, queues, requests: usage.requests }),
    isDamaged: (id) => damaged.has(id),
    onBlobsPromised: (digests) => collector.promise(digests),
    collect: (wish) => collector.collectNow(wish),
  };
}

interface ControlStage {
  readonly controlParts: ControlParts;
  readonly access: PlatformAccess;
  readonly changing: PlatformChanges;
  readonly lifetime: Lifetime;
  readonly lastPort: number | undefined;
}

async function openPlatformControl(
  options: PlatformOptions,
  { directory, objects, resources }: PlatformState,
  { controlParts, access, changing, lifetime, lastPort }: ControlStage,
): Promise<OpenedControl> {
  const { clock, environment, remote, assetsDirectory } = options;
  const assets = join(assetsDirectory, '..', 'src/platform/console/assets');
  const pages = consoleRoutes(access.sessions, access.authenticator, assets);
  const opened = await openControl({
    ...{ controlParts, access, pages, clock, objects, resources, lifetime, environment, remote },
    reconcile: changing.reconcile,
    webhooks: changing.webhooks,
    stateDirectory: directory,
    port: { asked: options.controlPort, last: lastPort },
  });
  changing.platformPorts.add(opened.controlPort);
  if (opened.listening !== undefined) changing.platformPorts.add(opened.listening.port);
  return opened;
}

async function end(lifetime: Lifetime): Promise<void> {
  for (const { name, error } of await lifetime.close()) {
    process.emitWarning(`The platform's ${name} did not end cleanly: ${messageOf(error)}`);
  }
}
