/** The port to a place to deploy to. No I/O here; `adapters/` implement it, the contract suite judges them. */
import type { Application } from '../model/application.ts';
import type { InstanceSummary } from '../model/instance.ts';
import type { LogQuery, LogRecord } from '../model/log.ts';
import type { Manifest } from '../model/manifest.ts';
import type { Operation } from '../model/operation.ts';
import type { ReleaseRequest, ReleaseSummary } from '../model/release.ts';
import type { ReleaseSnapshot } from '../model/release-snapshot.ts';
import type { Settings, SettingsKind } from '../model/settings.ts';
import type { TrafficSplit } from '../model/traffic.ts';
import type { CallOptions, VersionName, WatchOptions } from './call-options.ts';
import type {
  AccessRole,
  ConsoleRole,
  CronRole,
  LockRole,
  MonitoringRole,
  PinsRole,
  QueuesRole,
  SecretsRole,
  UsageRole,
  WebhooksRole,
} from './operator-roles.ts';

/** One file to send: its bytes are read when its turn comes. */
export interface BlobSource {
  readonly digest: string;
  /** Bytes. */
  readonly size: number;
  /** Absolute path of the file that holds the content. */
  readonly path: string;
}

/** What the files are for: a backend may keep or send whole trees where that is faster. Never needed. */
export interface TreeOptions {
  readonly trees?: readonly Manifest[];
}

export interface FilesRole {
  /** Which of these digests the backend lacks. One request, however many. */
  missing(
    application: string,
    digests: readonly string[],
    options?: CallOptions & TreeOptions,
  ): Promise<readonly string[]>;
  /**
   * Sends blobs in one stream; the backend verifies each digest.
   * @param onProgress called with the files and bytes sent so far
   * @throws AppcfgError `packaging.changed-while-reading` when a file no longer has its digest
   */
  put(
    application: string,
    blobs: readonly BlobSource[],
    options?: CallOptions & TreeOptions & { readonly onProgress?: (files: number, bytes: number) => void },
  ): Promise<void>;
}

export interface ReleasesRole {
  /**
   * Makes everything in the request live at one instant, or nothing. Resolves when it is live and durable.
   * @throws AppcfgError with the reason; the former release still serves
   */
  commit(request: ReleaseRequest, options?: WatchOptions): Promise<Operation>;
  /** Newest first. @throws AppcfgError `application.not-found` */
  list(application: string, options?: CallOptions): Promise<readonly ReleaseSummary[]>;
  /**
   * Everything of a release, or of what is live now (`live`). Absent where former releases are not kept whole.
   * @throws AppcfgError `application.not-found`, `release.not-found`
   */
  read?(application: string, release: string, options?: CallOptions): Promise<ReleaseSnapshot>;
  /**
   * Puts a former release back, whole, as it was when the next one came; without `release` the one before the current
   * one. What becomes live is a release of its own.
   * @throws AppcfgError `release.none-before`, `release.not-found`
   */
  rollback(application: string, release: string | undefined, options?: WatchOptions): Promise<Operation>;
}

export interface VersionsRole {
  setServingStatus(name: VersionName, status: 'serving' | 'stopped', options?: WatchOptions): Promise<Operation>;
  /** Manual scaling only. Running instances are not disturbed. */
  setInstances(name: VersionName, instances: number, options?: WatchOptions): Promise<Operation>;
  delete(name: VersionName, options?: WatchOptions): Promise<Operation>;
}

export interface TrafficRole {
  /** Module -> split, for one or several modules in one step. */
  set(application: string, splits: Readonly<Record<string, TrafficSplit>>, options?: WatchOptions): Promise<Operation>;
}

export interface SettingsRole {
  replace<K extends SettingsKind>(
    application: string,
    kind: K,
    value: Settings[K],
    options?: CallOptions,
  ): Promise<void>;
}

export interface InstancesRole {
  list(application: string, options?: CallOptions): Promise<readonly InstanceSummary[]>;
  stop(name: VersionName, instance: string, options?: CallOptions): Promise<void>;
}

export interface LogsRole {
  query(query: LogQuery, options?: CallOptions): Promise<readonly LogRecord[]>;
  /** Never ends by itself: what matches from now on, until the signal aborts. */
  follow(query: LogQuery, options?: CallOptions): AsyncIterable<LogRecord>;
}

export interface OperationsRole {
  /** @throws AppcfgError `operation.not-found` */
  get(application: string, id: string, options?: CallOptions): Promise<Operation>;
  /** Newest first. */
  list(application: string, options?: CallOptions): Promise<readonly Operation[]>;
  /** Events from the first on, then the end. @throws AppcfgError what the operation failed with, `operation.not-found` */
  wait(application: string, id: string, options?: WatchOptions): Promise<Operation>;
}

export interface SourceRole {
  /** Paths and sizes of a version's files. */
  list(
    name: VersionName,
    options?: CallOptions,
  ): Promise<readonly { readonly path: string; readonly size: number; readonly digest: string }[]>;
  read(name: VersionName, path: string, options?: CallOptions): Promise<Uint8Array>;
}

/** What a backend does otherwise than others, said in the plan of a deploy. */
export interface BackendLimit {
  /** Stable, for programs. */
  readonly code: string;
  /** One sentence for people. */
  readonly message: string;
  /** Which plans it matters to; absent: all. */
  readonly appliesTo?: (plan: LimitedPlan) => boolean;
}

/** The facts of a deploy's plan that limits are about. */
export interface LimitedPlan {
  /** Versions that are created or replaced. */
  readonly versions: readonly { readonly module: string; readonly isReplaced: boolean; readonly isServing: boolean }[];
  readonly movedModules: readonly string[];
  readonly hasSettings: boolean;
}

/** What a backend finds when it looks whether it can be worked with. */
export interface BackendFinding {
  readonly what: string;
  /** error: deploys fail; warning: some commands do. */
  readonly state: 'ok' | 'warning' | 'error';
  readonly detail: string;
  readonly hint?: string;
}

export interface Backend {
  /** `platform`, `memory`, `google`. */
  readonly name: string;
  /** undefined when the backend does not know the application yet. */
  describe(application: string, options?: CallOptions): Promise<Application | undefined>;
  /** Ids of all applications. */
  applications(options?: CallOptions): Promise<readonly string[]>;
  readonly files: FilesRole;
  readonly releases: ReleasesRole;
  readonly versions: VersionsRole;
  readonly traffic: TrafficRole;
  readonly operations: OperationsRole;
  readonly settings?: SettingsRole;
  readonly instances?: InstancesRole;
  readonly logs?: LogsRole;
  readonly source?: SourceRole;
  readonly cron?: CronRole;
  readonly queues?: QueuesRole;
  readonly lock?: LockRole;
  readonly pins?: PinsRole;
  readonly usage?: UsageRole;
  readonly secrets?: SecretsRole;
  readonly monitoring?: MonitoringRole;
  readonly webhooks?: WebhooksRole;
  readonly console?: ConsoleRole;
  /** Declared: what it can't do as well as the contract has it. */
  readonly limits?: readonly BackendLimit[];
  readonly access?: AccessRole;
  /** For `doctor`: tries what a deploy needs, and changes nothing. */
  diagnose?(application: string | undefined, options?: CallOptions): Promise<readonly BackendFinding[]>;
  /** Lets go of connections. */
  close(): Promise<void>;
}

export type OptionalRole =
  | 'settings'
  | 'instances'
  | 'logs'
  | 'source'
  | 'cron'
  | 'queues'
  | 'lock'
  | 'pins'
  | 'usage'
  | 'secrets'
  | 'monitoring'
  | 'webhooks'
  | 'console'
  | 'access';
