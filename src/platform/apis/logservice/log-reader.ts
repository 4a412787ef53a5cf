/** Reads requests and their lines from the log store, the latest to end first. */
import { type ApplicationLog, levelAtLeast } from '../../../model/log.ts';
import type { LogStore } from '../../logs/log-store.ts';
import type { TicketRequest } from '../api-tickets.ts';
import { isWanted, type LogFilter } from './log-filter.ts';
import { byEnd } from './log-offset.ts';
import { type LoggedRequest, loggedRequest, runningRequest } from './logged-request.ts';

export interface LogReaderParts {
  readonly logs: Pick<LogStore, 'query' | 'newestFirst'>;
  readonly running: (application: string) => readonly TicketRequest[];
  readonly now: () => number;
}

export interface FoundRequest {
  readonly request: LoggedRequest;
  readonly lines: readonly ApplicationLog[];
}

export interface FoundRequests {
  readonly found: readonly FoundRequest[];
  readonly hasMore: boolean;
}

/** Requests whose lines are looked up together. */
const PAGE = 200;
/** An instance's last lines come through a pipe and may be written after its request has ended. */
const LATE_LINES_MS = 10_000;

/** @param needsLines whether the lines are to be shown; a minimum level looks at them anyway */
export async function readRequests(
  parts: LogReaderParts,
  application: string,
  filter: LogFilter,
  needsLines: boolean,
): Promise<FoundRequests> {
  const found: FoundRequest[] = [];
  for await (const page of pagesOf(candidates(parts, application, filter))) {
    const lines = needsLines || filter.minimumLevel ? await linesOf(parts, application, page) : new Map();
    for (const request of page) {
      const own: readonly ApplicationLog[] = lines.get(request.record.requestId) ?? [];
      const { minimumLevel } = filter;
      if (minimumLevel && !own.some(({ level }) => levelAtLeast(level, minimumLevel))) continue;
      if (found.length === filter.count) return { found, hasMore: true };
      found.push({ request, lines: needsLines ? own : [] });
    }
  }
  return { found, hasMore: false };
}

/** In the order given; unknown ones are left out. */
export async function readNamed(
  parts: LogReaderParts,
  application: string,
  ids: readonly string[],
  options: { readonly needsLines: boolean; readonly includesRunning: boolean },
): Promise<readonly FoundRequest[]> {
  const known = new Map<string, LoggedRequest>();
  if (options.includesRunning) {
    for (const request of parts.running(application))
      known.set(request.requestId, runningRequest(request, parts.now()));
  }
  for (const record of await parts.logs.query({ application, kind: 'request', requestIds: ids })) {
    const request = record.kind === 'request' ? loggedRequest(record) : undefined;
    if (request) known.set(request.record.requestId, request);
  }
  const requests = ids.flatMap((id) => known.get(id) ?? []);
  const lines = options.needsLines ? await linesOf(parts, application, requests) : new Map();
  return requests.map((request) => ({ request, lines: lines.get(request.record.requestId) ?? [] }));
}

async function* candidates(
  parts: LogReaderParts,
  application: string,
  filter: LogFilter,
): AsyncIterable<readonly LoggedRequest[]> {
  if (filter.includesRunning) {
    const running = parts.running(application).map((request) => runningRequest(request, parts.now()));
    yield running.filter((request) => isWanted(request, filter)).sort(byEnd);
  }
  // A request is written when it ends: pieces that were written earlier hold requests that ended earlier.
  for await (const records of parts.logs.newestFirst({ application, kind: 'request' })) {
    const requests = records.flatMap((record) => (record.kind === 'request' ? (loggedRequest(record) ?? []) : []));
    yield requests.filter((request) => isWanted(request, filter)).sort(byEnd);
    if (requests.length > 0 && requests.every(({ endMs }) => endMs < filter.startMs)) return;
  }
}

async function* pagesOf(pieces: AsyncIterable<readonly LoggedRequest[]>): AsyncIterable<readonly LoggedRequest[]> {
  for await (const piece of pieces) {
    for (let start = 0; start < piece.length; start += PAGE) yield piece.slice(start, start + PAGE);
  }
}

async function linesOf(
  { logs }: LogReaderParts,
  application: string,
  requests: readonly LoggedRequest[],
): Promise<ReadonlyMap<string, readonly ApplicationLog[]>> {
  const byRequest = new Map<string, ApplicationLog[]>();
  if (requests.length === 0) return byRequest;
  const records = await logs.query({
    application,
    kind: 'app',
    requestIds: requests.map(({ record }) => record.requestId),
    sinceMs: Math.min(...requests.map(({ record }) => record.timeMs)) - LATE_LINES_MS,
    untilMs: Math.max(...requests.map(({ endMs }) => endMs)) + LATE_LINES_MS,
  });
  for (const record of records) {
    if (record.kind !== 'app' || record.requestId === undefined) continue;
    const lines = byRequest.get(record.requestId) ?? [];
    lines.push(record);
    byRequest.set(record.requestId, lines);
  }
  return byRequest;
}
