/** The port to a place to deploy to. No I/O here; `adapters/` implement it, the contract suite judges them. */
import type { AuditEntry, AuditQuery, Identity, NewToken, TokenCreated, TokenSummary } from '../model/access.ts';
import type { Application } from '../model/application.ts';
import type { CronJobStatus, CronRun } from '../model/cron.ts';
import type { InstanceSummary } from '../model/instance.ts';
import type { LimitExcess } from '../model/limit-excess.ts';
import type { ApplicationLock, LockWish } from '../model/lock.ts';
import type { LogQuery, LogRecord } from '../model/log.ts';
import type { Manifest } from '../model/manifest.ts';
import type { Operation } from '../model/operation.ts';
import type { OperationEvent } from '../model/operation-event.ts';
import type { Profile } from '../model/profile.ts';
import type { RecentTraffic } from '../model/recent-traffic.ts';
import type { ReleaseRequest, ReleaseSummary } from '../model/release.ts';
import type { ReleaseSnapshot } from '../model/release-snapshot.ts';
import type { SecretSummary, SecretsChange } from '../model/secret.ts';
import type { Settings, SettingsKind } from '../model/settings.ts';
import type { NewTask, QueueAction, QueueSummary, TaskAdded, TaskRun, TaskSummary } from '../model/task-queue.ts';
import type { TrafficSplit } from '../model/traffic.ts';
import type { UsageReport } from '../model/usage.ts';
import type { DeliveryQuery, NewWebhook, WebhookDelivery, WebhookSummary } from '../model/webhook.ts';

export interface VersionName {
  readonly application: string;
  readonly module: string;
  readonly version: string;
}

/** Passed to every call. `requestId` names a change, so that it may be repeated without being done twice. */
export interface CallOptions {
  readonly signal?: AbortSignal;
  readonly requestId?: string;
}

/** Called with what the backend reports while an operation runs. */
export type OperationListener = (event: OperationEvent) => void;

/** Aborting a watched change ends the watching: what the backend accepted goes on there. */
export interface WatchOptions extends CallOptions {
  readonly onEvent?: OperationListener;
  /** Called once, when the backend has taken the change on: from then on it is followed by its id. */
  readonly onAccepted?: (operation: Operation) => void;
}

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

export interface CronRole {
  /** In the order of the settings. @throws AppcfgError `application.not-found` */
  list(application: string, options?: CallOptions): Promise<readonly CronJobStatus[]>;
  /**
   * Runs the job that calls a path now; resolves when it has ended, however it went.
   * @throws AppcfgError `cron.not-found`, `cron.running`
   */
  run(application: string, url: string, options?: CallOptions): Promise<CronRun>;
}

export interface QueuesRole {
  /** @throws AppcfgError `application.not-found` */
  list(application: string, options?: CallOptions): Promise<readonly QueueSummary[]>;
  /** The next ones, in order of their time; at most `limit`, 100 by default. @throws AppcfgError `queue.not-found` */
  tasks(
    application: string,
    queue: string,
    options?: CallOptions & { readonly limit?: number },
  ): Promise<readonly TaskSummary[]>;
  /**
   * Durable when it resolves. A name that is taken keeps only its own task from being added.
   * @throws AppcfgError `queue.not-found`, `queue.wrong-mode`, `task.invalid`, `task.too-many`; nothing was added then
   */
  add(
    application: string,
    queue: string,
    tasks: readonly NewTask[],
    options?: CallOptions,
  ): Promise<readonly TaskAdded[]>;
  /** Answers how many tasks a purge dropped. @throws AppcfgError `queue.not-found`, `queue.disabled`, `queue.rate-zero` */
  change(application: string, queue: string, action: QueueAction, options?: CallOptions): Promise<number>;
  /**
   * Runs a push task now, whatever its time and the queue's rate; resolves when the try has ended.
   * @throws AppcfgError `queue.not-found`, `queue.wrong-mode`, `task.not-found`, `task.running`
   */
  runTask(application: string, queue: string, task: string, options?: CallOptions): Promise<TaskRun>;
}

/** Days of California, as App Engine counts them. */
export interface UsageQuery {
  /** `2026-11-21`, included. */
  readonly since?: string | undefined;
  /** So many days, today among them; 1 when neither is given. */
  readonly days?: number | undefined;
}

export interface UsageRole {
  /** @throws AppcfgError `application.not-found` */
  report(application: string, query: UsageQuery, options?: CallOptions): Promise<UsageReport>;
  /**
   * Durable when it resolves. What is live and over the new profile's limits stays; it is answered.
   * @throws AppcfgError `application.not-found`
   */
  setProfile(application: string, profile: Profile, options?: CallOptions): Promise<readonly LimitExcess[]>;
}

export interface SecretsRole {
  /** By name; none for an application that does not exist. Values never come back. */
  list(application: string, options?: CallOptions): Promise<readonly SecretSummary[]>;
  /**
   * In one step; an application that does not exist comes to be. Unless staged, all versions are deployed anew with
   * them, as a release of its own.
   * @throws AppcfgError `secret.invalid`, `secret.not-found`, `secret.too-many`, or why a version did not start
   */
  change(application: string, change: SecretsChange, options?: WatchOptions): Promise<Operation>;
}

export interface MonitoringRole {
  /** What versions were asked in the last `windowMs`, at most a minute. @throws AppcfgError `application.not-found` */
  recentTraffic(application: string, options?: CallOptions & { readonly windowMs?: number }): Promise<RecentTraffic>;
}

export interface WebhooksRole {
  /** In the order in which they were added. @throws AppcfgError `application.not-found`, like all of these */
  list(application: string, options?: CallOptions): Promise<readonly WebhookSummary[]>;
  /**
   * Durable when it resolves. The secret never comes back.
   * @throws AppcfgError `webhook.bad-url`, `webhook.refused-address`, `webhook.bad-secret`, `webhook.exists`, `webhook.too-many`
   */
  add(application: string, webhook: NewWebhook, options?: CallOptions): Promise<WebhookSummary>;
  /** With its deliveries, also those on their way. @throws AppcfgError `webhook.not-found` */
  remove(application: string, id: string, options?: CallOptions): Promise<WebhookSummary>;
  /** Sends a ping, once, and answers what came of it. @throws AppcfgError `webhook.not-found`, `webhook.busy` */
  test(application: string, id: string, options?: CallOptions): Promise<WebhookDelivery>;
  /** The newest first. @throws AppcfgError `webhook.not-found` */
  deliveries(application: string, query: DeliveryQuery, options?: CallOptions): Promise<readonly WebhookDelivery[]>;
  /** Queues it once more, as it was. @throws AppcfgError `webhook.delivery-not-found`, `webhook.disabled` */
  redeliver(application: string, delivery: string, options?: CallOptions): Promise<WebhookDelivery>;
}

export interface ConsoleRole {
  /** The address of the web console with a code that signs one browser in. */
  open(options?: CallOptions): Promise<{ readonly url: string; readonly expiresInMs: number }>;
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

/** Who may use the backend, and what was changed by whom. */
export interface AccessRole {
  whoami(options?: CallOptions): Promise<Identity>;
  /** In the order in which they were made. @throws AppcfgError `control.forbidden` for all but admins, like the next two */
  tokens(options?: CallOptions): Promise<readonly TokenSummary[]>;
  /** The token itself is in this answer and nowhere else. @throws AppcfgError `token.exists` */
  createToken(token: NewToken, options?: CallOptions): Promise<TokenCreated>;
  /** For good; by id or name. @throws AppcfgError `token.not-found` */
  revokeToken(idOrName: string, options?: CallOptions): Promise<TokenSummary>;
  /** The newest first. @throws AppcfgError `control.forbidden` */
  audit(query: AuditQuery, options?: CallOptions): Promise<readonly AuditEntry[]>;
}

export interface LockRole {
  /** The id of the lock that this client holds and shows with every change. */
  readonly held: string | undefined;
  /** Durable when it resolves. @throws AppcfgError `application.locked`, `application.not-found` */
  acquire(application: string, wish: LockWish, options?: CallOptions): Promise<ApplicationLock>;
  /** Its whole time again, from now. @throws AppcfgError `lock.lost` */
  renew(application: string, id: string, options?: CallOptions): Promise<ApplicationLock>;
  /** The one with this id only. @throws AppcfgError `lock.lost` */
  release(application: string, id: string, options?: CallOptions): Promise<void>;
}

export interface PinsRole {
  /**
   * Durable when it resolves: the release is kept, whatever is collected. Of a pinned one it replaces the reason.
   * @throws AppcfgError `application.not-found`, `release.not-found`, `application.locked`
   */
  pin(
    application: string,
    release: string,
    options?: CallOptions & { readonly reason?: string },
  ): Promise<ReleaseSummary>;
  /** The same errors; none for a release that is not pinned. */
  unpin(application: string, release: string, options?: CallOptions): Promise<ReleaseSummary>;
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
