/** Request logs in pages, newest first, as the original appcfg downloads them. */

import { type ApplicationLog, type LogLevel, logLevels, type RequestLog } from '../../../model/log.ts';
import { views } from '../../access/route-access.ts';
import { requireApplication } from '../../changes.ts';
import type { Route, RouteRequest } from '../route-table.ts';
import type { LegacyParts } from './legacy-parts.ts';
import {
  applicationOf,
  type LegacyRoutesOptions,
  legacyRoute,
  moduleOf,
  parameter,
  refusal,
} from './legacy-request.ts';

const MOST_LINES = 1000;

export function requestLogRoutes(parts: LegacyParts, options: LegacyRoutesOptions): readonly Route[] {
  return legacyRoute('request_logs', (request) => requestLogs(parts, request), views, options);
}

interface Wanted {
  readonly application: string;
  readonly module: string;
  readonly version: string;
  readonly limit: number;
  readonly vhost: string | undefined;
  readonly includesVhost: boolean;
  /** With application lines from this level on, and only requests that have some; absent: request lines only. */
  readonly level: LogLevel | undefined;
}

async function requestLogs(parts: LegacyParts, request: RouteRequest): Promise<string> {
  const wanted = wantedLogs(request);
  requireApplication(parts, wanted.application);
  const { requests, next } = await pageOf(parts, wanted, positionOf(request));
  const lines = await applicationLines(parts, wanted, requests);
  const text = requests
    .filter(({ host }) => wanted.vhost === undefined || host.split(':')[0] === wanted.vhost)
    .filter(({ requestId }) => wanted.level === undefined || lines.has(requestId ?? ''))
    .map(
      (record) => `${requestLine(record, wanted.includesVhost)}${(lines.get(record.requestId ?? '') ?? []).join('')}\n`,
    );
  return `# next_offset=${next ?? 'None'}\n${text.join('')}`;
}

/** Where a page ended: a time, and how many records of that very time were delivered. */
interface Position {
  readonly timeMs: number;
  readonly delivered: number;
}

async function pageOf(parts: LegacyParts, wanted: Wanted, position: Position | undefined) {
  const { application, module, version, limit } = wanted;
  const before = position ? { untilMs: position.timeMs + 1 } : {};
  const delivered = position?.delivered ?? 0;
  const query = { application, module, version, kind: 'request', ...before, limit: limit + delivered + 1 } as const;
  const found = (await parts.logs.query(query)).filter((record) => record.kind === 'request').reverse();
  const requests = found.slice(delivered, delivered + limit);
  const last = requests.at(-1);
  if (!last || found.length <= delivered + limit) return { requests, next: undefined };
  const sameTime = found.slice(0, delivered + limit).filter(({ timeMs }) => timeMs === last.timeMs).length;
  return { requests, next: `${last.timeMs}.${sameTime}` };
}

/** Request id -> its lines, each ready to follow the request's line. */
async function applicationLines(
  parts: LegacyParts,
  { application, module, version, level }: Wanted,
  requests: readonly RequestLog[],
): Promise<ReadonlyMap<string, readonly string[]>> {
  const lines = new Map<string, string[]>();
  const oldest = requests.at(-1);
  if (level === undefined || !oldest) return lines;
  const untilMs = 1 + Math.max(...requests.map(({ timeMs, latencyMs }) => timeMs + Math.ceil(latencyMs)));
  const query = {
    application,
    module,
    version,
    kind: 'app',
    minimumLevel: level,
    sinceMs: oldest.timeMs,
    untilMs,
  } as const;
  for (const record of await parts.logs.query(query)) {
    if (record.kind !== 'app' || record.requestId === undefined) continue;
    const before = lines.get(record.requestId) ?? [];
    before.push(applicationLine(record));
    lines.set(record.requestId, before);
  }
  return lines;
}

/** The client writes a carriage return as the beginning of an indented line. */
function applicationLine({ level, timeMs, message }: ApplicationLog): string {
  return `\r${logLevels.indexOf(level)}:${(timeMs / 1000).toFixed(6)} ${message.trimEnd().replaceAll(/\r?\n|\r/g, '\r')}`;
}

/** Combined log format, with the day and time of App Engine's home, by which the client selects days. */
function requestLine(record: RequestLog, includesVhost: boolean): string {
  const { ip, method, resource, httpVersion, status, responseSize, referrer, userAgent, host } = record;
  const protocol = httpVersion.startsWith('HTTP/') ? httpVersion : `HTTP/${httpVersion}`;
  const fields = [
    `${ip} - - [${pacificTime(record.timeMs)}]`,
    `"${clean(method)} ${clean(resource)} ${protocol}" ${status} ${responseSize}`,
    quoted(referrer),
    quoted(userAgent),
    ...(includesVhost ? [quoted(host.split(':')[0])] : []),
  ];
  return fields.join(' ');
}

function quoted(text: string | undefined): string {
  return text === undefined || text === '' ? '-' : `"${clean(text)}"`;
}

/** What clients send must not make lines or end a quotation. */
function clean(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is taken out here.
  return text.replaceAll(/[\u0000-\u001f\u007f]/g, ' ').replaceAll('"', '%22');
}

const pacific = new Intl.DateTimeFormat('en-US', {
  timeZone: 'America/Los_Angeles',
  hourCycle: 'h23',
  year: 'numeric',
  month: 'short',
  day: '2-digit',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  timeZoneName: 'longOffset',
});

/** `20/Nov/2026:12:00:00 -0800` */
function pacificTime(ms: number): string {
  const part = Object.fromEntries(pacific.formatToParts(ms).map(({ type, value }) => [type, value]));
  const offset = (part.timeZoneName ?? '').replace('GMT', '').replace(':', '') || '+0000';
  return `${part.day}/${part.month}/${part.year}:${part.hour}:${part.minute}:${part.second} ${offset}`;
}

function positionOf({ query }: RouteRequest): Position | undefined {
  const offset = query.get('offset');
  if (offset === null || offset === '') return undefined;
  const match = /^(\d{1,16})\.(\d{1,9})$/.exec(offset);
  if (!match) throw refusal('The offset is not one of this server');
  return { timeMs: Number(match[1]), delivered: Number(match[2]) };
}

function wantedLogs(request: RouteRequest): Wanted {
  const { query } = request;
  const severity = query.get('severity');
  const level = severity === null ? undefined : logLevels[Number(severity)];
  if (severity !== null && level === undefined) throw refusal('The severity must be a number from 0 to 4');
  return {
    application: applicationOf(request),
    module: moduleOf(request),
    version: parameter(request, 'version').split('.')[0] ?? '',
    limit: Math.min(MOST_LINES, Math.max(1, Number(query.get('limit')) || MOST_LINES)),
    vhost: query.get('vhost') ?? undefined,
    includesVhost: /^(true|1)$/i.test(query.get('include_vhost') ?? ''),
    level,
  };
}
