/** The extension under `/appcfg/v1/`: what Google's API lacks. Bodies are JSON of the model's types unless said. */
import type { EgressStatus } from '../model/egress.ts';
import type { IsolationStatus } from '../model/isolation.ts';
import type { LimitExcess } from '../model/limit-excess.ts';
import type { Profile } from '../model/profile.ts';
import type { SettingsKind } from '../model/settings.ts';
import type { NewTask } from '../model/task-queue.ts';

/** Raised when tool and platform can no longer talk to each other. */
export const PROTOCOL_VERSION = 1;

/** Request header with the id of the lock that the client holds. */
export const LOCK_HEADER = 'x-appcfg-lock';

const root = '/appcfg/v1';
const app = (id: string) => `${root}/apps/${encodeURIComponent(id)}`;

/** Paths, written once for client and server. `:x` forms are for the server's route table. */
export const paths = {
  /** GET -> PlatformInfo */
  platform: `${root}/platform`,
  /** POST -> {}: the daemon ends after its answer */
  shutdown: `${root}/platform:shutdown`,
  /** POST { keepReleases?, isDryRun? } -> CollectionReport */
  collect: `${root}/platform:collect`,
  /** POST { createdBy } -> ConsoleCode: opens one session of the web console in that name */
  consoleCode: `${root}/console:code`,
  /** POST { code } or { token } -> ConsoleSession, without a token in the header; DELETE ends the session that asks */
  consoleSession: `${root}/console:session`,
  /** GET -> Identity */
  whoami: `${root}/whoami`,
  /** GET -> { tokens: TokenSummary[] }; POST NewToken -> TokenCreated */
  tokens: `${root}/tokens`,
  /** DELETE -> TokenSummary; by id or name */
  token: (idOrName: string) => `${root}/tokens/${encodeURIComponent(idOrName)}`,
  /** GET ?application&actor&since&limit -> { entries: AuditEntry[] }, the newest first */
  audit: `${root}/audit`,
  /** GET -> { applications: string[] } */
  applications: `${root}/apps`,
  /** GET -> Application, 404 `application.not-found` */
  application: (id: string) => app(id),
  /** POST { digests } -> { missing } */
  missingBlobs: (id: string) => `${app(id)}/blobs:missing`,
  /** POST framed stream (frames.ts) -> { blobs, bytes } */
  blobs: (id: string) => `${app(id)}/blobs`,
  /** GET -> { releases: ReleaseSummary[] }; POST ReleaseRequest -> Operation */
  releases: (id: string) => `${app(id)}/releases`,
  /** GET -> ReleaseSnapshot; of `live`: how things are now */
  release: (id: string, release: string) => `${app(id)}/releases/${encodeURIComponent(release)}`,
  /** PUT { createdBy, reason? } -> ReleaseSummary: it is kept, whatever is collected; DELETE { createdBy } -> ReleaseSummary */
  pin: (id: string, release: string) => `${app(id)}/releases/${encodeURIComponent(release)}/pin`,
  /** POST { release?, requestId, createdBy } -> Operation */
  rollback: (id: string) => `${app(id)}/releases:rollback`,
  /** POST { splits, requestId, createdBy } -> Operation */
  traffic: (id: string) => `${app(id)}/traffic`,
  /** POST { status?, instances?, requestId, createdBy } -> Operation; DELETE -> Operation */
  version: (id: string, module: string, version: string) =>
    `${app(id)}/modules/${encodeURIComponent(module)}/versions/${encodeURIComponent(version)}`,
  /** PUT the kind's model value */
  settings: (id: string, kind: SettingsKind) => `${app(id)}/settings/${kind}`,
  /** GET -> { instances: InstanceSummary[] } */
  instances: (id: string) => `${app(id)}/instances`,
  /** POST LockWish & { createdBy } -> ApplicationLock; PUT { id } renews; DELETE { id } lets go */
  lock: (id: string) => `${app(id)}/lock`,
  /** GET ?since=2026-11-21 or ?days=N -> UsageReport */
  usage: (id: string) => `${app(id)}/usage`,
  /** PUT { profile } -> ProfileAnswer */
  profile: (id: string) => `${app(id)}/profile`,
  /** DELETE */
  instance: (id: string, module: string, version: string, instance: string) =>
    `${app(id)}/modules/${encodeURIComponent(module)}/versions/${encodeURIComponent(version)}/instances/${encodeURIComponent(instance)}`,
  /** GET -> { secrets: SecretSummary[] }; POST SecretsChange, requestId, createdBy -> Operation */
  secrets: (id: string) => `${app(id)}/secrets`,
  /** GET -> { webhooks: WebhookSummary[] }; POST NewWebhook, requestId, createdBy -> WebhookSummary */
  webhooks: (id: string) => `${app(id)}/webhooks`,
  /** DELETE -> WebhookSummary */
  webhook: (id: string, webhook: string) => `${app(id)}/webhooks/${encodeURIComponent(webhook)}`,
  /** POST -> WebhookDelivery of a ping, when it was answered or failed */
  webhookTest: (id: string, webhook: string) => `${app(id)}/webhooks/${encodeURIComponent(webhook)}:test`,
  /** GET ?webhook&limit -> { deliveries: WebhookDelivery[] }, the newest first */
  webhookDeliveries: (id: string) => `${app(id)}/webhook-deliveries`,
  /** POST -> WebhookDelivery, queued once more */
  webhookRedelivery: (id: string, delivery: string) =>
    `${app(id)}/webhook-deliveries/${encodeURIComponent(delivery)}:redeliver`,
  /** GET -> { instances: InstanceHistory[] } */
  instanceHistory: (id: string) => `${app(id)}/instances:history`,
  /** GET ?windowMs=N -> RecentTraffic */
  recentTraffic: (id: string) => `${app(id)}/traffic:recent`,
  /** GET -> { operations: Operation[] } */
  operations: (id: string) => `${app(id)}/operations`,
  /** GET ?after=N&waitMs=M -> Operation with the events after the first N, held until there is news */
  operation: (id: string, operation: string) => `${app(id)}/operations/${encodeURIComponent(operation)}`,
  /** GET ?module&version&level&limit&since&until&kind&search&follow=1 -> NDJSON of LogRecord */
  logs: (id: string) => `${app(id)}/logs`,
  /** GET -> { jobs: CronJobStatus[] } */
  cron: (id: string) => `${app(id)}/cron`,
  /** POST { url } -> CronRun, when the run has ended */
  cronRun: (id: string) => `${app(id)}/cron:run`,
  /** GET -> { queues: QueueSummary[] } */
  queues: (id: string) => `${app(id)}/queues`,
  /** POST { action } -> { tasks }: how many were dropped by a purge */
  queue: (id: string, queue: string) => `${app(id)}/queues/${encodeURIComponent(queue)}`,
  /** GET ?limit=N -> { tasks: TaskSummary[] }; POST { tasks: WireTask[] } -> { tasks: TaskAdded[] } */
  tasks: (id: string, queue: string) => `${app(id)}/queues/${encodeURIComponent(queue)}/tasks`,
  /** POST -> TaskRun, when the try has ended */
  taskRun: (id: string, queue: string, task: string) =>
    `${app(id)}/queues/${encodeURIComponent(queue)}/tasks/${encodeURIComponent(task)}/run`,
  /** GET -> { files } */
  files: (id: string, module: string, version: string) =>
    `${app(id)}/modules/${encodeURIComponent(module)}/versions/${encodeURIComponent(version)}/files`,
} as const;

export interface PlatformInfo {
  readonly protocol: number;
  /** The package's version, `0.1.0`. */
  readonly version: string;
  readonly pid: number;
  readonly startedAt: string;
  readonly routerPort: number;
  readonly controlPort: number;
  readonly applications: readonly string[];
  /** How far applications are kept from the machine, and what would keep them further. */
  readonly isolation?: IsolationStatus;
  /** What keeps the sockets of restricted runtimes to the rules. */
  readonly egress?: EgressStatus;
}

/** What collecting took away. */
export interface CollectionReport {
  readonly releases: number;
  readonly directories: number;
  readonly blobs: number;
  readonly bytes: number;
  /** False when a change of an application ended it early. */
  readonly isComplete: boolean;
}

/** A new task with its payload in base64. */
export interface WireTask extends Omit<NewTask, 'payload' | 'enqueuedBy'> {
  readonly payload?: string;
}

/** Every answer that is not a success has this body. */
export interface WireError {
  readonly error: {
    /** HTTP status. */
    readonly code: number;
    readonly message: string;
    /** google.rpc.Code name. */
    readonly status: string;
    /** As Google's APIs write them, each with its `@type`. */
    readonly details: readonly Readonly<Record<string, unknown>>[];
    readonly appcfg: {
      readonly code: string;
      readonly details: Readonly<Record<string, unknown>>;
      readonly hints: readonly string[];
    };
  };
}

export interface ProfileAnswer {
  readonly profile: Profile;
  /** What is live and over the new profile's limits: it stays, and must not grow. */
  readonly excesses: readonly LimitExcess[];
}
