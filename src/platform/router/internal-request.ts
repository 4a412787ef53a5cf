/** Requests of the platform's own: tasks, cron jobs, lifecycle calls, fetches from other modules. */
import type { HostTarget } from '../../model/host.ts';

export type InternalKind = 'task' | 'cron' | 'start' | 'stop' | 'warmup' | 'background' | 'urlfetch';

/** How the platform's requests differ from outside ones. They choose their target themselves. */
export interface InternalMarks {
  readonly kind: InternalKind;
  readonly application: string;
  /** Wins over everything but `host`; with a version or an instance it is not dispatched elsewhere. */
  readonly target?: HostTarget;
  /** Routed by this Host header, as a request from outside would be. */
  readonly host?: string;
  /** Where a request without `target` and `host` goes when no dispatch rule takes it: the default module if absent. */
  readonly fallback?: HostTarget;
  /** `urlfetch`: the application whose code makes the request. */
  readonly callerApplication?: string;
  readonly deadlineMs?: number;
}

export interface InternalRequest extends InternalMarks {
  readonly method: string;
  /** Path and query. */
  readonly path: string;
  /** Names and values; the platform's own headers (`X-AppEngine-QueueName` ...) are allowed here. */
  readonly headers?: readonly (readonly [name: string, value: string])[];
  readonly body?: Uint8Array;
  readonly signal?: AbortSignal;
  /** Bytes of the response's body to keep; by default none. */
  readonly keepBodyBytes?: number;
}

export interface InternalResponse {
  /** 0 when there was no complete response. */
  readonly status: number;
  /** Names and values, alternating. */
  readonly headers: readonly string[];
  readonly body: Uint8Array;
  /** More came than `keepBodyBytes`. */
  readonly isTruncated: boolean;
  readonly latencyMs: number;
  readonly pendingMs: number;
  /** False when it failed before an instance had it (queues count executions). */
  readonly reachedInstance: boolean;
  readonly requestId?: string;
  readonly module?: string;
  readonly version?: string;
  readonly instance?: string;
}

/** Addresses that App Engine's SDKs know internal traffic by. */
export function sourceAddress(kind: InternalKind): string {
  switch (kind) {
    case 'task':
    case 'cron':
      return '0.1.0.2';
    case 'start':
    case 'stop':
    case 'warmup':
    case 'background':
      return '0.1.0.3';
    case 'urlfetch':
      return '0.1.0.40';
  }
}

/** Kinds that have the deadlines of tasks and wait behind ordinary requests. */
export function isTaskKind(kind: InternalKind | undefined): boolean {
  return kind === 'task' || kind === 'cron';
}
