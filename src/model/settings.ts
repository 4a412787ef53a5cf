/** Application-wide settings, each replaced as a whole by its yaml file. */

export interface DispatchRule {
  /** `host/path` pattern as written, for example `*\/mobile/*`. */
  readonly url: string;
  readonly module: string;
}

/** Durations in seconds, as the files and headers have them; undefined means the documented default. */
export interface CronRetry {
  readonly jobRetryLimit?: number;
  readonly jobAgeLimitSeconds?: number;
  readonly minBackoffSeconds?: number;
  readonly maxBackoffSeconds?: number;
  readonly maxDoublings?: number;
}

export interface CronJob {
  readonly url: string;
  /** The schedule's text, in groc (spec appcfg.md 5.3). */
  readonly schedule: string;
  /** IANA time zone; UTC by default. */
  readonly timezone: string;
  readonly description: string;
  /** `version` or `module:version`. */
  readonly target?: string;
  readonly retry?: CronRetry;
  readonly attemptDeadlineSeconds?: number;
}

export interface QueueRetry {
  readonly taskRetryLimit?: number;
  readonly taskAgeLimitSeconds?: number;
  readonly minBackoffSeconds?: number;
  readonly maxBackoffSeconds?: number;
  readonly maxDoublings?: number;
}

export interface Queue {
  readonly name: string;
  readonly mode: 'push' | 'pull';
  /** Tasks a second; 0 pauses. Absent on pull queues. */
  readonly ratePerSecond?: number;
  readonly bucketSize?: number;
  readonly maxConcurrentRequests?: number;
  /** `module` or `version.module`. */
  readonly target?: string;
  readonly retry?: QueueRetry;
  readonly acl?: readonly { readonly userEmail?: string; readonly writerEmail?: string }[];
}

export interface QueueSettings {
  readonly queues: readonly Queue[];
  readonly totalStorageLimitBytes?: number;
  readonly resumePausedQueues?: boolean;
}

export interface IndexProperty {
  readonly name: string;
  readonly direction?: 'asc' | 'desc';
  readonly mode?: 'geospatial';
}

export interface IndexDefinition {
  readonly kind: string;
  readonly ancestor: boolean;
  readonly properties: readonly IndexProperty[];
}

export interface DosRule {
  /** Address or CIDR block, IPv4 or IPv6. */
  readonly subnet: string;
  readonly description?: string;
}

/** What an application has besides its modules. */
export interface Settings {
  readonly dispatch: readonly DispatchRule[];
  readonly cron: readonly CronJob[];
  readonly queues: QueueSettings;
  readonly indexes: readonly IndexDefinition[];
  readonly dos: readonly DosRule[];
}

export type SettingsKind = keyof Settings;
export const settingsKinds: readonly SettingsKind[] = ['indexes', 'cron', 'queues', 'dos', 'dispatch'];

export const emptySettings: Settings = { dispatch: [], cron: [], queues: { queues: [] }, indexes: [], dos: [] };
