/** The optional roles of those who operate applications: schedules, queues, usage, secrets, access, locks ... */
import type { AuditEntry, AuditQuery, Identity, NewToken, TokenCreated, TokenSummary } from '../model/access.ts';
import type { CronJobStatus, CronRun } from '../model/cron.ts';
import type { LimitExcess } from '../model/limit-excess.ts';
import type { ApplicationLock, LockWish } from '../model/lock.ts';
import type { Operation } from '../model/operation.ts';
import type { Profile } from '../model/profile.ts';
import type { RecentTraffic } from '../model/recent-traffic.ts';
import type { ReleaseSummary } from '../model/release.ts';
import type { SecretSummary, SecretsChange } from '../model/secret.ts';
import type { NewTask, QueueAction, QueueSummary, TaskAdded, TaskRun, TaskSummary } from '../model/task-queue.ts';
import type { UsageReport } from '../model/usage.ts';
import type { DeliveryQuery, NewWebhook, WebhookDelivery, WebhookSummary } from '../model/webhook.ts';
import type { CallOptions, WatchOptions } from './call-options.ts';

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

export interface ConsoleRole {
  /** The address of the web console with a code that signs one browser in. */
  open(options?: CallOptions): Promise<{ readonly url: string; readonly expiresInMs: number }>;
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
