/** Log records as entries of Cloud Logging. */
import type { ApplicationLog, LogRecord, RequestLog } from '../../../model/log.ts';
import { durationOfMs } from '../../../protocol/admin/duration.ts';

export interface LogEntry {
  readonly logName: string;
  readonly resource: { readonly type: string; readonly labels: Readonly<Record<string, string>> };
  /** RFC 3339 with microseconds. */
  readonly timestamp: string;
  readonly receiveTimestamp: string;
  /** Sorts entries of the same time in the order in which they were written. */
  readonly insertId: string;
  readonly severity: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly textPayload?: string;
  readonly protoPayload?: Readonly<Record<string, unknown>>;
}

/** The record's place among those of its millisecond keeps their order, whatever a query leaves out. */
export function logEntries(records: readonly LogRecord[]): readonly LogEntry[] {
  let lastMs = Number.NaN;
  let index = 0;
  return records.map((record) => {
    index = record.timeMs === lastMs ? index + 1 : 0;
    lastMs = record.timeMs;
    return logEntry(record, index);
  });
}

function logEntry(record: LogRecord, index: number): LogEntry {
  const { application, module, version, instance, requestId, level } = record;
  const timestamp = timestampOf(record.timeMs, index);
  return {
    logName: `projects/${application}/logs/${encodeURIComponent(logId(record))}`,
    resource: {
      type: 'gae_app',
      labels: { project_id: application, module_id: module, version_id: version, zone: 'local' },
    },
    timestamp,
    receiveTimestamp: timestamp,
    insertId: String(index).padStart(8, '0'),
    severity: level.toUpperCase(),
    labels: {
      ...(instance === undefined ? {} : { 'appengine.googleapis.com/instance_name': instance }),
      ...(requestId === undefined ? {} : { 'appengine.googleapis.com/request_id': requestId }),
    },
    ...(record.kind === 'request' ? { protoPayload: requestPayload(record) } : { textPayload: record.message }),
  };
}

function timestampOf(timeMs: number, index: number): string {
  const micros = String(Math.min(999, index)).padStart(3, '0');
  return new Date(timeMs).toISOString().replace('Z', `${micros}Z`);
}

function logId(record: LogRecord): string {
  if (record.kind === 'request') return 'appengine.googleapis.com/request_log';
  return streams[record.stream];
}

const streams: Readonly<Record<ApplicationLog['stream'], string>> = {
  stdout: 'stdout',
  stderr: 'stderr',
  api: 'stderr',
  platform: 'appengine.googleapis.com/crash.log',
};

function requestPayload(record: RequestLog) {
  return {
    '@type': 'type.googleapis.com/google.appengine.logging.v1.RequestLog',
    appId: record.application,
    moduleId: record.module,
    versionId: record.version,
    ...(record.requestId === undefined ? {} : { requestId: record.requestId }),
    ...(record.instance === undefined ? {} : { instanceId: record.instance }),
    ip: record.ip,
    startTime: new Date(record.timeMs).toISOString(),
    endTime: new Date(record.timeMs + record.latencyMs).toISOString(),
    latency: durationOfMs(record.latencyMs),
    pendingTime: durationOfMs(record.pendingMs),
    method: record.method,
    resource: record.resource,
    httpVersion: `HTTP/${record.httpVersion.replace(/^HTTP\//, '')}`,
    status: record.status,
    responseSize: String(record.responseSize),
    host: record.host,
    ...(record.userAgent === undefined ? {} : { userAgent: record.userAgent }),
    ...(record.referrer === undefined ? {} : { referrer: record.referrer }),
    ...(record.taskQueue === undefined ? {} : { taskQueueName: record.taskQueue }),
    ...(record.taskName === undefined ? {} : { taskName: record.taskName }),
    ...(record.wasLoadingRequest === true ? { wasLoadingRequest: true } : {}),
    finished: true,
    first: true,
  };
}
