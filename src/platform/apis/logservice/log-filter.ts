/** What a Read asks for, checked and made comparable (App Engine's Logs API). */
import { logLevels } from '../../../model/log.ts';
import { DEFAULT_MODULE } from '../../../model/names.ts';
import { ApplicationError } from '../api-problem.ts';
import { type LogReadRequest, logErrors } from '../protocol/logservice.ts';
import { decodeOffset, isAfter, type Position } from './log-offset.ts';
import type { LoggedRequest } from './logged-request.ts';

export interface LogFilter {
  /** `module:version` */
  readonly versions: ReadonlySet<string>;
  readonly startMs: number;
  readonly endMs: number;
  readonly after: Position | undefined;
  readonly minimumLevel: (typeof logLevels)[number] | undefined;
  readonly includesRunning: boolean;
  readonly count: number;
}

const DEFAULT_COUNT = 20;
const MAX_COUNT = 1000;

/** @throws ApplicationError INVALID_REQUEST */
export function requireValidRead(request: LogReadRequest): void {
  const { module_version, version_id, request_id, start_time, end_time, offset } = request;
  if (module_version.length === 0 && version_id.length === 0 && request_id.length === 0) {
    throw invalid('a version or a request must be named');
  }
  if (module_version.length > 0 && version_id.length > 0)
    throw invalid('module_version and version_id exclude another');
  const isInTime = start_time !== undefined || end_time !== undefined || offset !== undefined;
  if (request_id.length > 0 && isInTime) throw invalid('requests are named, or looked for by time');
  if (request.combined_log_regex !== undefined || request.host_regex !== undefined) {
    throw invalid('regular expressions are not supported');
  }
  if (request.offset && !decodeOffset(request.offset)) throw invalid('the offset is not one of an earlier answer');
}

export function logFilter(request: LogReadRequest): LogFilter {
  const { start_time, end_time, minimum_log_level: level, count = DEFAULT_COUNT } = request;
  return {
    versions: new Set([
      ...request.module_version.map(({ module_id, version_id }) => `${module_id || DEFAULT_MODULE}:${version_id}`),
      ...request.version_id.map(versionKey),
    ]),
    startMs: start_time === undefined ? Number.NEGATIVE_INFINITY : start_time / 1000,
    endMs: end_time === undefined ? Number.POSITIVE_INFINITY : end_time / 1000,
    after: request.offset && decodeOffset(request.offset),
    minimumLevel: level === undefined ? undefined : (logLevels[level] ?? 'critical'),
    includesRunning: request.include_incomplete === true,
    count: Math.min(Math.max(count, 1), MAX_COUNT),
  };
}

export function isWanted(request: LoggedRequest, filter: LogFilter): boolean {
  const { record, endMs } = request;
  if (!filter.versions.has(`${record.module}:${record.version}`)) return false;
  if (endMs < filter.startMs || endMs >= filter.endMs) return false;
  return filter.after === undefined || isAfter(request, filter.after);
}

/** `version`, `module:version`, either with the deployment's number behind a dot. */
function versionKey(text: string): string {
  const colon = text.indexOf(':');
  const module = colon === -1 ? DEFAULT_MODULE : text.slice(0, colon);
  return `${module}:${text.slice(colon + 1).split('.')[0]}`;
}

function invalid(reason: string): ApplicationError {
  return new ApplicationError(logErrors.invalidRequest, reason);
}
