/** An entry of Cloud Logging as records: the request, and the lines that its application printed. Pure. */
import { type ApplicationLog, type LogLevel, type LogQuery, type LogRecord, levelAtLeast } from '../../model/log.ts';

export interface LogEntry {
  readonly logName?: string;
  readonly timestamp?: string;
  readonly severity?: string;
  readonly insertId?: string;
  readonly resource?: { readonly labels?: Readonly<Record<string, string>> };
  readonly labels?: Readonly<Record<string, string>>;
  readonly textPayload?: string;
  readonly jsonPayload?: Readonly<Record<string, unknown>>;
  readonly httpRequest?: Readonly<Record<string, unknown>>;
  readonly protoPayload?: Readonly<Record<string, unknown>>;
}

interface Wanted {
  readonly kind?: LogQuery['kind'] | undefined;
  readonly minimumLevel?: LogLevel | undefined;
}

export function recordOf(entry: LogEntry, application: string, { kind, minimumLevel }: Wanted): readonly LogRecord[] {
  const all = entry.protoPayload?.method === undefined ? [lineOf(entry, application)] : requestOf(entry, application);
  return all.filter(
    (record) =>
      (kind === undefined || record.kind === kind) &&
      (minimumLevel === undefined || levelAtLeast(record.level, minimumLevel)),
  );
}

function baseOf({ timestamp, resource, labels = {}, severity }: LogEntry, application: string) {
  const instance = labels['appengine.googleapis.com/instance_name'];
  const requestId = labels['appengine.googleapis.com/request_id'];
  return {
    timeMs: Date.parse(timestamp ?? '') || 0,
    application,
    module: resource?.labels?.module_id ?? '',
    version: resource?.labels?.version_id ?? '',
    level: levelOf(severity),
    ...(instance === undefined ? {} : { instance }),
    ...(requestId === undefined ? {} : { requestId }),
  };
}

function lineOf(entry: LogEntry, application: string): ApplicationLog {
  const { textPayload, jsonPayload } = entry;
  const message =
    textPayload ?? (typeof jsonPayload?.message === 'string' ? jsonPayload.message : JSON.stringify(jsonPayload ?? {}));
  return {
    ...baseOf(entry, application),
    kind: 'app',
    stream: streamOf(entry.logName ?? ''),
    message: message.replace(/\n$/, ''),
  };
}

function streamOf(logName: string): ApplicationLog['stream'] {
  const name = decodeURIComponent(logName.split('/').at(-1) ?? '');
  if (name === 'stdout' || name === 'stderr') return name;
  return /crash\.log|varlog|nginx/.test(name) ? 'platform' : 'stderr';
}

interface RequestPayload {
  readonly requestId?: string;
  readonly instanceId?: string;
  readonly ip?: string;
  readonly startTime?: string;
  readonly latency?: string;
  readonly pendingTime?: string;
  readonly method?: string;
  readonly resource?: string;
  readonly httpVersion?: string;
  readonly status?: number;
  readonly responseSize?: string;
  readonly host?: string;
  readonly userAgent?: string;
  readonly referrer?: string;
  readonly taskQueueName?: string;
  readonly taskName?: string;
  readonly wasLoadingRequest?: boolean;
  readonly line?: readonly { readonly time?: string; readonly severity?: string; readonly logMessage?: string }[];
}

function requestOf(entry: LogEntry, application: string): readonly LogRecord[] {
  const payload = entry.protoPayload as RequestPayload;
  const { requestId = undefined, instanceId } = payload;
  const base = {
    ...baseOf(entry, application),
    ...(requestId === undefined ? {} : { requestId }),
    ...(instanceId === undefined ? {} : { instance: instanceId }),
  };
  const lines = (payload.line ?? []).map(
    ({ time, severity, logMessage = '' }): ApplicationLog => ({
      ...base,
      timeMs: Date.parse(time ?? '') || base.timeMs,
      level: levelOf(severity),
      kind: 'app',
      stream: 'api',
      message: logMessage.replace(/\n$/, ''),
    }),
  );
  return [...lines, { ...base, ...requestFields(payload), timeMs: Date.parse(payload.startTime ?? '') || base.timeMs }];
}

function requestFields(payload: RequestPayload) {
  return {
    kind: 'request' as const,
    method: payload.method ?? 'GET',
    resource: payload.resource ?? '/',
    httpVersion: (payload.httpVersion ?? '1.1').replace(/^HTTP\//, ''),
    status: payload.status ?? 0,
    responseSize: Number(payload.responseSize ?? 0),
    latencyMs: milliseconds(payload.latency),
    pendingMs: milliseconds(payload.pendingTime),
    ip: payload.ip ?? '',
    host: payload.host ?? '',
    ...(payload.userAgent === undefined ? {} : { userAgent: payload.userAgent }),
    ...(payload.referrer === undefined ? {} : { referrer: payload.referrer }),
    ...(payload.taskQueueName === undefined ? {} : { taskQueue: payload.taskQueueName }),
    ...(payload.taskName === undefined ? {} : { taskName: payload.taskName }),
    ...(payload.wasLoadingRequest === true ? { wasLoadingRequest: true } : {}),
  };
}

function milliseconds(duration: string | undefined): number {
  return Math.round(Number.parseFloat(duration ?? '0') * 1000) || 0;
}

function levelOf(severity: string | undefined): LogLevel {
  switch (severity) {
    case 'DEBUG':
      return 'debug';
    case 'WARNING':
      return 'warning';
    case 'ERROR':
      return 'error';
    case 'CRITICAL':
    case 'ALERT':
    case 'EMERGENCY':
      return 'critical';
    default:
      return 'info';
  }
}
