/** Log records as text: requests in the Combined Log Format, what was logged meanwhile in indented lines. Pure. */
import { type ApplicationLog, logLevels, type RequestLog } from '../../model/log.ts';
import { pacificTime } from './pacific-days.ts';

export interface LineFields {
  /** The host that was asked for, behind the others. */
  readonly includesHost: boolean;
  /** That, and what the format has no place for: durations, instance, task. */
  readonly includesAll: boolean;
}

/** Without the end of the line. */
export function requestLine(record: RequestLog, { includesHost, includesAll }: LineFields): string {
  const { ip, method, resource, httpVersion, status, responseSize, referrer, userAgent, host } = record;
  return [
    `${bare(ip)} - - ${pacificTime(record.timeMs)}`,
    `${quoted(`${method} ${resource} ${httpVersion}`)} ${status} ${responseSize}`,
    `${quoted(referrer ?? '-')} ${quoted(userAgent ?? '-')}`,
    ...(includesHost || includesAll ? [quoted(host)] : []),
    ...(includesAll ? furtherFields(record) : []),
  ].join(' ');
}

/** Begins with a tab, severity (0 to 4) and time in seconds; further lines of the message begin with a tab too. */
export function applicationLines({ level, timeMs, message }: ApplicationLog): string {
  const [first = '', ...rest] = message.split(/\r\n|\r|\n/).map(escaped);
  return [`${logLevels.indexOf(level)}:${(timeMs / 1000).toFixed(6)} ${first}`, ...rest]
    .map((line) => `\t${line}`)
    .join('\n');
}

function furtherFields(record: RequestLog): readonly string[] {
  const { latencyMs, pendingMs, instance, requestId, wasLoadingRequest, taskQueue, taskName, exitReason } = record;
  return [
    `ms=${Math.round(latencyMs)}`,
    `pending_ms=${Math.round(pendingMs)}`,
    ...(wasLoadingRequest === true ? ['loading_request=1'] : []),
    ...(taskQueue === undefined ? [] : [`queue_name=${bare(taskQueue)}`]),
    ...(taskName === undefined ? [] : [`task_name=${bare(taskName)}`]),
    ...(instance === undefined ? [] : [`instance=${bare(instance)}`]),
    ...(requestId === undefined ? [] : [`request_id=${bare(requestId)}`]),
    ...(exitReason === undefined ? [] : [`exit_reason=${quoted(exitReason)}`]),
  ];
}

/** Visitors write most of it: nothing of theirs may end a field or a line, or command a terminal. */
function quoted(text: string): string {
  return `"${escaped(text.replaceAll(/["\\]/g, '\\$&'))}"`;
}

function bare(text: string): string {
  return escaped(text.replaceAll(' ', '+'));
}

function escaped(text: string): string {
  return text.replaceAll(
    /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu,
    (character) => `\\x${(character.codePointAt(0) ?? 0).toString(16).padStart(2, '0')}`,
  );
}
