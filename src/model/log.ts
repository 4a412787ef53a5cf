/** Log records: one a request, and one for each line an application printed. */

export type LogLevel = 'debug' | 'info' | 'warning' | 'error' | 'critical';
export const logLevels: readonly LogLevel[] = ['debug', 'info', 'warning', 'error', 'critical'];

interface LogBase {
  /** Milliseconds since the epoch. */
  readonly timeMs: number;
  readonly application: string;
  readonly module: string;
  readonly version: string;
  readonly instance?: string;
  /** Ties application lines to their request. */
  readonly requestId?: string;
  readonly level: LogLevel;
}

export interface ApplicationLog extends LogBase {
  readonly kind: 'app';
  readonly stream: 'stdout' | 'stderr' | 'api' | 'platform';
  readonly message: string;
}

export interface RequestLog extends LogBase {
  readonly kind: 'request';
  readonly method: string;
  /** Path and query. */
  readonly resource: string;
  readonly httpVersion: string;
  readonly status: number;
  /** Bytes of the response body. */
  readonly responseSize: number;
  readonly latencyMs: number;
  readonly pendingMs: number;
  readonly ip: string;
  readonly host: string;
  readonly referrer?: string;
  readonly userAgent?: string;
  readonly wasLoadingRequest?: boolean;
  readonly taskQueue?: string;
  readonly taskName?: string;
  readonly exitReason?: string;
  /**
   * The request still runs: its application's lines until now were flushed (S3 "Logging"). `timeMs` is the flush's,
   * status and size are 0.
   */
  readonly flush?: { readonly requestStartedAtMs: number };
}

export type LogRecord = ApplicationLog | RequestLog;

export interface LogQuery {
  readonly application: string;
  readonly module?: string;
  readonly version?: string;
  readonly instance?: string;
  readonly requestId?: string;
  /** Any of these. */
  readonly requestIds?: readonly string[];
  readonly minimumLevel?: LogLevel;
  readonly kind?: LogRecord['kind'];
  /** Contained in the message, or in `METHOD /path STATUS`, whatever the case of its letters. */
  readonly search?: string;
  /** Inclusive, milliseconds since the epoch. */
  readonly sinceMs?: number;
  /** Exclusive, milliseconds since the epoch. */
  readonly untilMs?: number;
  /** The last N that match, in order of time. */
  readonly limit?: number;
}

/** Whether a record says something. */
export function logContains(record: LogRecord, search: string): boolean {
  const text = record.kind === 'app' ? record.message : `${record.method} ${record.resource} ${record.status}`;
  return text.toLowerCase().includes(search.toLowerCase());
}

export function levelAtLeast(level: LogLevel, minimum: LogLevel): boolean {
  return logLevels.indexOf(level) >= logLevels.indexOf(minimum);
}
