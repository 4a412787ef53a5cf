/** The service `logservice`: an application's own lines flushed into the log, and the log read back (S3 "Logging"). */
import { type LogLevel, logLevels } from '../../../model/log.ts';
import type { Clock } from '../../../support/clock.ts';
import type { LogStore } from '../../logs/log-store.ts';
import { ApplicationError } from '../api-problem.ts';
import { type ApiCall, type ApiService, apiMethod, UnreadableRequest } from '../api-service.ts';
import type { TicketRequest } from '../api-tickets.ts';
import {
  type LogReadRequest,
  type LogReadResponse,
  logErrors,
  logMessages as messages,
  type UserAppLogLine,
} from '../protocol/logservice.ts';
import { logFilter, requireValidRead } from './log-filter.ts';
import { encodeOffset } from './log-offset.ts';
import { type FoundRequest, type LogReaderParts, readNamed, readRequests } from './log-reader.ts';
import { requestLogMessage } from './logged-request.ts';

export interface LogServiceParts {
  readonly clock: Clock;
  readonly logs: LogStore;
  /** The requests of an application that run now. */
  readonly running: (application: string) => readonly TicketRequest[];
}

export function createLogService(parts: LogServiceParts): ApiService {
  const reader: LogReaderParts = { logs: parts.logs, running: parts.running, now: () => parts.clock.now() };
  return {
    Flush: apiMethod(messages.flushRequest, messages.empty, ({ logs }, call) => {
      flush(parts, logs === undefined ? [] : linesIn(logs), call);
      return {};
    }),
    // The status of the response is what counts.
    SetStatus: apiMethod(messages.setStatusRequest, messages.empty, () => ({})),
    Read: apiMethod(messages.logReadRequest, messages.logReadResponse, (request, call) => read(reader, request, call)),
  };
}

function linesIn(logs: Uint8Array): readonly UserAppLogLine[] {
  try {
    return messages.userAppLogGroup.decode(logs).log_line;
  } catch {
    throw new UnreadableRequest('logs is not a UserAppLogGroup');
  }
}

/** The lines, and an entry of its own that says which request they belong to and when it began. */
function flush({ logs, clock }: LogServiceParts, lines: readonly UserAppLogLine[], { caller }: ApiCall): void {
  const { application, module, version } = caller.deployment;
  const { instance, requestId, method, resource, httpVersion, ip, host, startedAtMs, userAgent } = caller;
  const base = { application, module, version, instance, requestId };
  for (const { timestamp_usec, level, message } of lines) {
    logs.append({
      kind: 'app',
      ...base,
      stream: 'api',
      timeMs: Math.floor(timestamp_usec / 1000),
      level: levelOf(level),
      message,
    });
  }
  const timeMs = clock.now();
  logs.append({
    kind: 'request',
    ...base,
    timeMs,
    level: 'info',
    ...{ method, resource, httpVersion, ip, host },
    ...(userAgent === undefined ? {} : { userAgent }),
    status: 0,
    responseSize: 0,
    latencyMs: Math.max(0, timeMs - startedAtMs),
    pendingMs: 0,
    flush: { requestStartedAtMs: startedAtMs },
  });
}

async function read(reader: LogReaderParts, request: LogReadRequest, { caller }: ApiCall): Promise<LogReadResponse> {
  requireValidRead(request);
  const { application } = caller.deployment;
  const needsLines = request.include_app_logs === true;
  if (request.request_id.length > 0) {
    const ids = request.request_id.map((id) => Buffer.from(id).toString());
    if (new Set(ids).size < ids.length || !ids.every((id) => /^[0-9a-f]+$/i.test(id))) {
      throw new ApplicationError(logErrors.invalidRequest, 'request ids are different hexadecimal numbers');
    }
    const includesRunning = request.include_incomplete === true;
    const found = await readNamed(reader, application, ids, { needsLines, includesRunning });
    return { log: found.map((one) => messageOf(one, request)) };
  }
  const { found, hasMore } = await readRequests(reader, application, logFilter(request), needsLines);
  const last = found.at(-1)?.request;
  return {
    log: found.map((one) => messageOf(one, request)),
    ...(last ? { last_end_time: Math.round(last.endMs * 1000) } : {}),
    ...(last && hasMore ? { offset: encodeOffset(last) } : {}),
  };
}

function messageOf({ request, lines }: FoundRequest, { app_logs_per_request: limit = 0 }: LogReadRequest) {
  if (limit <= 0 || lines.length <= limit) return requestLogMessage(request, lines);
  return { ...requestLogMessage(request, lines.slice(0, limit)), lines_incomplete: true };
}

function levelOf(level: number): LogLevel {
  return logLevels[level] ?? 'info';
}
