/** What applications logged while they answered a page of requests, by request. */
import type { LogsRole } from '../../backend/backend.ts';
import type { ApplicationLog, LogLevel, LogQuery, RequestLog } from '../../model/log.ts';
import { type PageOptions, pagesBackwards } from './log-pages.ts';

/** A request that took longer is asked for by its id: its time may hold the log of all others. */
const LONG_MS = 60_000;
/** What is printed takes a moment to arrive. */
const LATE_MS = 5000;

export interface MeanwhileQuery {
  readonly application: string;
  readonly module: string;
  readonly version: string;
  readonly minimumLevel: LogLevel;
}

/** Request id -> its lines, in order of time. */
export async function linesMeanwhile(
  role: LogsRole,
  query: MeanwhileQuery,
  requests: readonly RequestLog[],
  options: PageOptions,
): Promise<ReadonlyMap<string, readonly ApplicationLog[]>> {
  const short = requests.filter(({ latencyMs }) => latencyMs <= LONG_MS);
  const lines = new Map<string, ApplicationLog[]>();
  const read = async (wanted: readonly RequestLog[], more: Partial<LogQuery>) => {
    if (wanted.length === 0) return;
    const ids = new Set(wanted.flatMap(({ requestId }) => requestId ?? []));
    const window = { ...query, kind: 'app', ...spanOf(wanted), ...more } as const;
    for await (const page of pagesBackwards(role, window, options)) collect(page.toReversed(), ids, lines);
  };
  await read(short, {});
  for (const request of requests) {
    const { requestId, latencyMs } = request;
    if (latencyMs > LONG_MS && requestId !== undefined) await read([request], { requestId });
  }
  return new Map([...lines].map(([id, found]) => [id, found.reverse()]));
}

function collect(
  newestFirst: readonly LogQueryResult[],
  ids: ReadonlySet<string>,
  lines: Map<string, ApplicationLog[]>,
): void {
  for (const record of newestFirst) {
    const { requestId } = record;
    if (record.kind !== 'app' || requestId === undefined || !ids.has(requestId)) continue;
    const found = lines.get(requestId);
    if (found) found.push(record);
    else lines.set(requestId, [record]);
  }
}

type LogQueryResult = ApplicationLog | RequestLog;

/** Records of requests have the time of their beginning, those of start requests that of their end. */
function spanOf(requests: readonly RequestLog[]): { readonly sinceMs: number; readonly untilMs: number } {
  let sinceMs = Number.POSITIVE_INFINITY;
  let untilMs = 0;
  for (const { timeMs, latencyMs } of requests) {
    sinceMs = Math.min(sinceMs, Math.floor(timeMs - latencyMs));
    untilMs = Math.max(untilMs, Math.ceil(timeMs + latencyMs) + LATE_MS);
  }
  return { sinceMs: Math.max(0, sinceMs), untilMs };
}
