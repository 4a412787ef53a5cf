/** Task queues: what is added to them, what they hold, and what is known of them. */
import type { Queue, QueueRetry } from './settings.ts';

export type QueueMode = Queue['mode'];
export type TaskMethod = 'GET' | 'POST' | 'HEAD' | 'PUT' | 'DELETE';
export const taskMethods: readonly TaskMethod[] = ['GET', 'POST', 'HEAD', 'PUT', 'DELETE'];

/** Documented limits (App Engine's "Task queue quotas and limits"). */
export const taskLimits = {
  tasksPerAdd: 100,
  /** Bytes: method, URL, headers and payload together. */
  pushTaskBytes: 100 * 1024,
  /** Bytes of the payload. */
  pullTaskBytes: 1024 * 1024,
  urlLength: 2083,
  tagBytes: 500,
  etaMs: 30 * 86_400_000,
  tasksPerLease: 1000,
  leaseSeconds: 7 * 86_400,
  /** How long the name of a task that is gone stays used. */
  usedNameMs: 9 * 86_400_000,
} as const;

export const taskNamePattern = /^[a-zA-Z0-9_-]{1,500}$/;

/** What is absent has its documented default: `POST` to `/_ah/queue/QUEUE`, now. */
export interface NewTask {
  /** Used once: a second task of this name is refused while the first one exists and for 9 days after. */
  readonly name?: string;
  /** Milliseconds since the epoch, at most 30 days ahead; not together with `delayMs`. */
  readonly etaMs?: number;
  /** From now on, by the backend's clock. */
  readonly delayMs?: number;
  readonly method?: TaskMethod;
  /** Path and query. */
  readonly url?: string;
  readonly headers?: readonly (readonly [name: string, value: string])[];
  readonly payload?: Uint8Array;
  /** `module`, `version.module` or `instance.version.module`; a queue's own target wins over it. */
  readonly target?: string;
  /** Wins, as a whole, over the queue's. */
  readonly retry?: QueueRetry;
  /** Pull queues: tasks of one tag can be leased together. */
  readonly tag?: string;
  /** The mode that the sender takes the queue to have. */
  readonly mode?: QueueMode;
  /** The code that adds it: without any target it runs there. */
  readonly enqueuedBy?: { readonly module: string; readonly version: string };
}

export interface TaskSummary {
  readonly name: string;
  /** RFC 3339, UTC: when it runs next; of a leased task, when the lease ends. */
  readonly eta: string;
  readonly createdAt: string;
  readonly state: 'waiting' | 'running' | 'leased';
  readonly method: TaskMethod;
  readonly url: string;
  readonly tag?: string;
  /** Bytes; absent where they are not told. */
  readonly size?: number;
  /** Failed ones; of pull tasks, leases. */
  readonly attempts: number;
  /** HTTP status of the last attempt; 0 when it had no complete answer. */
  readonly lastStatus?: number;
}

export interface QueueSummary {
  readonly name: string;
  readonly mode: QueueMode;
  /** `disabled`: queue.yaml does not name it any more, and its tasks are kept. */
  readonly state: 'running' | 'paused' | 'disabled';
  /** By hand, or by `rate: 0`. */
  readonly pausedBy?: 'hand' | 'rate';
  /** Push queues: tasks a second. */
  readonly ratePerSecond?: number;
  /** What the queue really uses now; less after answers with status 503. */
  readonly enforcedRatePerSecond?: number;
  readonly bucketSize?: number;
  readonly maxConcurrentRequests?: number;
  readonly target?: string;
  readonly retry?: QueueRetry;
  /** How many it holds. */
  readonly tasks: number;
  /** RFC 3339, UTC. */
  readonly oldestEta?: string;
  readonly running: number;
  /** Attempts that ended in the last minute, of this run of the platform. */
  readonly executedLastMinute: number;
}

/** A try of one task that somebody asked for. */
export interface TaskRun {
  readonly name: string;
  /** HTTP status; 0 when there was no complete answer. */
  readonly status: number;
  /** What became of it. */
  readonly outcome: 'done' | 'retried' | 'given-up';
  /** RFC 3339, UTC; of a task that is retried. */
  readonly nextAt?: string;
  readonly latencyMs: number;
}

export type TaskAdded =
  | { readonly outcome: 'added'; readonly name: string }
  /** There is one of this name, or there was one not long ago. */
  | { readonly outcome: 'exists' | 'name-used'; readonly name: string };

export interface LeaseRequest {
  /** 1 to 1000. */
  readonly count: number;
  /** Up to a week. */
  readonly seconds: number;
  /** Only tasks of one tag: `tag`, else that of the oldest task. */
  readonly groupByTag?: boolean;
  readonly tag?: string;
}

export interface LeasedTask {
  readonly name: string;
  readonly payload: Uint8Array;
  readonly tag?: string;
  /** Milliseconds since the epoch. Names the lease when it is changed. */
  readonly leasedUntilMs: number;
  /** Counting this one. */
  readonly leases: number;
}

/** What lets a queue go on, stand still, or forget its tasks. */
export type QueueAction = 'pause' | 'resume' | 'purge';
export const queueActions: readonly QueueAction[] = ['pause', 'resume', 'purge'];

/** `gone-before`: a task of this name was there not long ago. */
export type TaskDeleted = 'deleted' | 'gone-before' | 'not-found';
