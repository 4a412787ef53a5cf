/** Which backends there are. Each adapter is loaded when it is chosen. */
import type { Backend } from '../backend/backend.ts';
import type { PluginStatus } from '../backend/plugin.ts';
import { failure } from '../errors.ts';
import type { EgressStatus } from '../model/egress.ts';
import {
  type IsolationLevel,
  type IsolationStatus,
  type IsolationWish,
  isAtLeast,
  isolationLevels,
} from '../model/isolation.ts';
import type { Clock } from '../support/clock.ts';
import { homeDirectories } from '../support/home-directories.ts';
import type { RunningDaemon } from './platform/daemon-launcher.ts';

export interface BackendSelection {
  /** `platform` when not given. */
  readonly name?: string | undefined;
  /** Without it the platform on this machine, started on demand. */
  readonly server?: string | undefined;
  readonly token?: string | undefined;
  /** Certificates of authorities to trust besides the usual ones. */
  readonly caFile?: string | undefined;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly createdBy: string;
  /** The program that runs the platform, `bin/run.js`. */
  readonly program: string;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Told what a person should know about how the backend was found. */
  readonly onNote: (message: string) => void;
}

export type LocalPlatformSelection = Pick<BackendSelection, 'environment' | 'program' | 'clock' | 'signal'>;

/** The platform on this machine, as the commands about it see it. */
export interface LocalPlatform {
  /** undefined when none runs. @throws AppcfgError `platform.other-version` */
  find(): Promise<LocalPlatformStatus | undefined>;
  /** Finds or starts it. @throws AppcfgError `isolation.too-low` when one runs that has less isolation than is required */
  start(wishes: LocalPlatformWishes): Promise<LocalPlatformStart>;
  /** Waits until it has ended; false when none ran. */
  stop(): Promise<boolean>;
  /** Deletes what nothing needs; undefined when none runs. @throws AppcfgError `collection.busy` */
  collect(wish: {
    readonly keepReleases?: number | undefined;
    readonly isDryRun: boolean;
  }): Promise<LocalCollection | undefined>;
}

/** For a platform that has to be started. */
export interface LocalPlatformWishes {
  readonly port?: number | undefined;
  readonly controlPort?: number | undefined;
  readonly isolation?: IsolationWish | undefined;
  /** Of one that runs as well. */
  readonly requiredIsolation?: IsolationLevel | undefined;
}

/** What collecting took away. */
export interface LocalCollection {
  readonly releases: number;
  readonly directories: number;
  readonly blobs: number;
  readonly bytes: number;
  /** False when a change of an application ended it early. */
  readonly isComplete: boolean;
}

/** No token: this gets printed. */
export interface LocalPlatformStatus {
  readonly pid: number;
  readonly version: string;
  readonly startedAt: string;
  readonly host: string;
  readonly routerPort: number;
  readonly controlPort: number;
  readonly applications: readonly string[];
  readonly isolation?: IsolationStatus;
  readonly egress?: EgressStatus;
}

export interface LocalPlatformStart {
  readonly status: LocalPlatformStatus;
  readonly wasStarted: boolean;
  readonly notes: readonly string[];
}

type Opener = (selection: BackendSelection) => Promise<Backend>;

const openers: Readonly<Record<string, Opener>> = { google: openGoogle, memory: openMemory, platform: openPlatform };

/** @throws AppcfgError `cli.unknown-backend`, or what the adapter throws while it connects */
export async function createBackend(selection: BackendSelection): Promise<Backend> {
  const name = selection.name || 'platform';
  const open = Object.hasOwn(openers, name) ? openers[name] : undefined;
  return open === undefined ? openPlugin(name, selection) : open(selection);
}

async function openPlugin(name: string, selection: BackendSelection): Promise<Backend> {
  const { openPluginBackend } = await import('./plugins/backend-plugins.ts');
  const { config } = homeDirectories(selection.environment);
  const { backend, known } = await openPluginBackend(name, config, selection);
  if (backend === undefined) {
    throw failure('cli.unknown-backend', { backend: name, known: [...Object.keys(openers), ...known] });
  }
  return backend;
}

/** Adds and removes plugins. */
export interface PluginManager {
  list(): Promise<readonly PluginStatus[]>;
  /** @throws AppcfgError `plugin.not-found`, `plugin.invalid` */
  add(named: string, isDryRun: boolean): Promise<PluginStatus>;
  /** @throws AppcfgError `plugin.not-added` */
  remove(named: string, isDryRun: boolean): Promise<void>;
}

export function pluginManager(configDirectory: string, places: readonly string[]): PluginManager {
  const manage = () => import('./plugins/manage-plugins.ts');
  return {
    list: async () => (await manage()).listPlugins(configDirectory),
    add: async (named, isDryRun) => (await manage()).addPlugin(configDirectory, { named, places, isDryRun }),
    remove: async (named, isDryRun) => (await manage()).removePlugin(configDirectory, { named, isDryRun }),
  };
}

async function openPlatform(selection: BackendSelection): Promise<Backend> {
  const { createPlatformBackend } = await import('./platform/platform-backend.ts');
  const { environment, createdBy, server, token = '', caFile } = selection;
  const lock = environment.APPCFG_LOCK || undefined;
  if (server) return createPlatformBackend({ url: server, token, createdBy, lock, ...(caFile ? { caFile } : {}) });
  const { ensureDaemon } = await import('./platform/daemon-launcher.ts');
  const { program, clock, signal } = selection;
  const stateDirectory = homeDirectories(environment).state;
  const daemon = await ensureDaemon({ stateDirectory, program, environment, clock, signal });
  // One that was just started has read the variable itself.
  if (!daemon.wasStarted) requireIsolation(daemon, environment.APPCFG_REQUIRE_ISOLATION);
  for (const note of daemon.notes) selection.onNote(note);
  return createPlatformBackend({ url: daemon.url, token: daemon.token, createdBy, lock });
}

async function openGoogle({ environment, createdBy, clock }: BackendSelection): Promise<Backend> {
  const google = await import('./google/open-google.ts');
  return google.openGoogle({ environment, createdBy, clock });
}

/** Empty at every start: for trying commands out. */
async function openMemory({ clock, createdBy }: BackendSelection): Promise<Backend> {
  const { createMemoryBackend } = await import('./memory/memory-backend.ts');
  return createMemoryBackend({ clock, createdBy });
}

export function localPlatform(selection: LocalPlatformSelection): LocalPlatform {
  const { environment, clock, signal, program } = selection;
  const stateDirectory = homeDirectories(environment).state;
  const launcher = () => import('./platform/daemon-launcher.ts');
  return {
    find: async () => {
      const found = await (await launcher()).findDaemon(stateDirectory, signal);
      return found && statusOf(found);
    },
    start: async (wishes) => {
      const options = {
        stateDirectory,
        program,
        environment: { ...environment, ...variablesOf(wishes) },
        clock,
        signal,
      };
      const running = await (await launcher()).ensureDaemon(options);
      const status = await statusOf(running);
      requireIsolation(status, wishes.requiredIsolation);
      return { status, wasStarted: running.wasStarted, notes: running.notes };
    },
    stop: async () => (await launcher()).stopDaemon(stateDirectory, clock, signal),
    collect: async (wish) => (await launcher()).collectDaemon(stateDirectory, wish, signal),
  };
}

/** @param required not checked before: it may be a variable of the environment */
function requireIsolation({ isolation }: { readonly isolation?: IsolationStatus }, required: string | undefined): void {
  const { level = 'none' } = isolation ?? {};
  const wanted = isolationLevels.find((name) => name === required);
  if (wanted !== undefined && !isAtLeast(level, wanted))
    throw failure('isolation.too-low', { level, required: wanted });
}

/** The platform's own command reads them. */
function variablesOf({ port, controlPort, isolation, requiredIsolation }: LocalPlatformWishes) {
  return {
    ...(port === undefined ? {} : { APPCFG_PORT: String(port) }),
    ...(controlPort === undefined ? {} : { APPCFG_CONTROL_PORT: String(controlPort) }),
    ...(isolation === undefined ? {} : { APPCFG_ISOLATION: isolation }),
    ...(requiredIsolation === undefined ? {} : { APPCFG_REQUIRE_ISOLATION: requiredIsolation }),
  };
}

async function statusOf(running: RunningDaemon): Promise<LocalPlatformStatus> {
  const { describeDaemon } = await import('./platform/daemon-launcher.ts');
  const { applications, isolation, egress } = await describeDaemon(running);
  const { pid, version, startedAt, host, routerPort, controlPort } = running.daemon;
  const status = { pid, version, startedAt, host, routerPort, controlPort, applications };
  return {
    ...status,
    ...(isolation === undefined ? {} : { isolation }),
    ...(egress === undefined ? {} : { egress }),
  };
}
