/** A request as the Logs API shows it, finished or still running. */
import { type ApplicationLog, logLevels, type RequestLog } from '../../../model/log.ts';
import type { TicketRequest } from '../api-tickets.ts';
import type { LogLine, RequestLogMessage } from '../protocol/logservice.ts';
import { encodeOffset } from './log-offset.ts';

export interface LoggedRequest {
  readonly record: RequestLog & { readonly requestId: string };
  /** Milliseconds since the epoch; of a running one the moment it was looked at. */
  readonly endMs: number;
  readonly isFinished: boolean;
}

/** Undefined for what has no id, and for the marks of a flush. */
export function loggedRequest(record: RequestLog): LoggedRequest | undefined {
  const { requestId, flush } = record;
  if (requestId === undefined || flush) return undefined;
  return { record: { ...record, requestId }, endMs: record.timeMs + record.latencyMs, isFinished: true };
}

export function runningRequest(request: TicketRequest, nowMs: number): LoggedRequest {
  const { application, module, version } = request.deployment;
  const { instance, requestId, method, resource, httpVersion, ip, host, startedAtMs, userAgent } = request;
  const record: LoggedRequest['record'] = {
    kind: 'request',
    timeMs: startedAtMs,
    ...{ application, module, version, instance, requestId, method, resource, httpVersion, ip, host },
    level: 'info',
    status: 0,
    responseSize: 0,
    latencyMs: Math.max(0, nowMs - startedAtMs),
    pendingMs: 0,
    ...(userAgent === undefined ? {} : { userAgent }),
  };
  return { record, endMs: Math.max(nowMs, startedAtMs), isFinished: false };
}

export function requestLogMessage(request: LoggedRequest, lines: readonly ApplicationLog[]): RequestLogMessage {
  const { record, endMs, isFinished } = request;
  const { application, instance = '' } = record;
  return {
    app_id: application.includes('~') ? application : `s~${application}`,
    version_id: record.version,
    module_id: record.module,
    request_id: Buffer.from(record.requestId),
    offset: encodeOffset(request),
    ip: record.ip,
    start_time: micros(record.timeMs),
    end_time: micros(endMs),
    latency: micros(record.latencyMs),
    mcycles: 0,
    method: record.method,
    resource: record.resource,
    http_version: record.httpVersion,
    status: record.status,
    response_size: record.responseSize,
    ...(record.referrer === undefined ? {} : { referrer: record.referrer }),
    ...(record.userAgent === undefined ? {} : { user_agent: record.userAgent }),
    url_map_entry: '',
    combined: combined(record),
    host: record.host,
    ...(record.taskQueue === undefined ? {} : { task_queue_name: record.taskQueue }),
    ...(record.taskName === undefined ? {} : { task_name: record.taskName }),
    was_loading_request: record.wasLoadingRequest === true,
    pending_time: micros(record.pendingMs),
    replica_index: /^\d{1,6}$/.test(instance) ? Number(instance) : -1,
    finished: isFinished,
    clone_key: Buffer.from(instance),
    line: lines.map(logLine),
  };
}

function logLine({ timeMs, level, message }: ApplicationLog): LogLine {
  return { time: micros(timeMs), level: logLevels.indexOf(level), log_message: message };
}

/** Apache's combined format, as the original wrote it. */
function combined(record: RequestLog): string {
  const { ip, method, resource, httpVersion, status, responseSize, referrer, userAgent } = record;
  const quoted = (text: string | undefined) => (text === undefined ? '-' : `"${text}"`);
  const request = `"${method} ${resource} ${httpVersion}"`;
  return `${ip} - - [${stamp(record.timeMs)}] ${request} ${status} ${responseSize} ${quoted(referrer)} ${quoted(userAgent)}`;
}

/** `21/Nov/2026:20:46:37 +0000` */
function stamp(timeMs: number): string {
  const [, day, month, year, time] = new Date(timeMs).toUTCString().split(' ');
  return `${day}/${month}/${year}:${time} +0000`;
}

function micros(ms: number): number {
  return Math.round(ms * 1000);
}
