/** Logs of an application: Cloud Logging's entries, asked for and read as log records. */
import type { LogLevel, LogQuery, LogRecord } from '../../model/log.ts';
import type { GoogleContext } from './google-context.ts';
import { type LogEntry, recordOf } from './log-record.ts';

export interface LogCall {
  readonly signal?: AbortSignal | undefined;
}

const MOST_ENTRIES = 1000;
/** Without a limit, as many as `gcloud app logs read` would never show. */
const MOST_RECORDS = 100_000;

const severities: Readonly<Record<LogLevel, string>> = {
  debug: 'DEBUG',
  info: 'INFO',
  warning: 'WARNING',
  error: 'ERROR',
  critical: 'CRITICAL',
};

/** In order of time. */
export async function queryLogs(
  context: GoogleContext,
  query: LogQuery,
  { signal }: LogCall,
): Promise<readonly LogRecord[]> {
  const { limit = MOST_RECORDS } = query;
  const found: LogRecord[] = [];
  let pageToken: string | undefined;
  do {
    const page = await listEntries(context, query.application, {
      filter: filterOf(query),
      // The last ones are wanted: they are asked for from the end.
      orderBy: 'timestamp desc',
      pageSize: Math.min(MOST_ENTRIES, limit - found.length),
      pageToken,
      signal,
    });
    for (const entry of page.entries ?? []) found.push(...recordOf(entry, query.application, isWanted(query)));
    pageToken = page.nextPageToken || undefined;
  } while (pageToken !== undefined && found.length < limit);
  return found
    .slice(0, limit)
    .reverse()
    .sort((a, b) => a.timeMs - b.timeMs);
}

interface Page {
  readonly filter: string;
  readonly orderBy: 'timestamp desc' | 'timestamp asc';
  readonly pageSize: number;
  readonly pageToken?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface EntriesAnswer {
  readonly entries?: readonly LogEntry[];
  readonly nextPageToken?: string;
}

export function listEntries({ client }: GoogleContext, application: string, page: Page): Promise<EntriesAnswer> {
  const { signal, pageToken, ...query } = page;
  return client.json<EntriesAnswer>({
    api: 'logging',
    method: 'POST',
    path: '/v2/entries:list',
    json: { resourceNames: [`projects/${application}`], ...query, ...(pageToken === undefined ? {} : { pageToken }) },
    signal,
    isRepeatable: true,
  });
}

/** In Cloud Logging's query language; terms beside each other are joined by AND. */
export function filterOf(query: LogQuery): string {
  const { module, version, instance, requestId, requestIds, minimumLevel, kind, sinceMs, untilMs } = query;
  const label = 'labels."appengine.googleapis.com/';
  const ids = [...(requestId === undefined ? [] : [requestId]), ...(requestIds ?? [])];
  const traces = ids.map((id) => `${label}request_id"=${quoted(id)} OR protoPayload.requestId=${quoted(id)}`);
  return [
    'resource.type="gae_app"',
    ...(module === undefined ? [] : [`resource.labels.module_id=${quoted(module)}`]),
    ...(version === undefined ? [] : [`resource.labels.version_id=${quoted(version)}`]),
    ...(instance === undefined ? [] : [`${label}instance_name"=${quoted(instance)}`]),
    ...(traces.length === 0 ? [] : [`(${traces.join(' OR ')})`]),
    ...(minimumLevel === undefined ? [] : [`severity>=${severities[minimumLevel]}`]),
    ...(kind === 'request' ? ['logName:"request_log"'] : []),
    ...(sinceMs === undefined ? [] : [`timestamp>="${new Date(sinceMs).toISOString()}"`]),
    ...(untilMs === undefined ? [] : [`timestamp<"${new Date(untilMs).toISOString()}"`]),
  ].join('\n');
}

/** First generation runtimes put what was printed into the entry of its request; both kinds come out of one entry. */
function isWanted({ kind, minimumLevel, requestIds }: LogQuery) {
  return { kind, minimumLevel, requestIds };
}

function quoted(text: string): string {
  return JSON.stringify(text);
}

interface StartQuery {
  readonly application: string;
  readonly module: string;
  readonly version: string;
  readonly sinceMs: number;
  readonly limit: number;
}

/** What a version printed first on stderr. */
export async function firstErrorLines(context: GoogleContext, start: StartQuery): Promise<readonly string[]> {
  const { application, module, version, sinceMs, limit } = start;
  const filter = `${filterOf({ application, module, version, sinceMs })}\n(logName:"stderr" OR logName:"crash.log")`;
  const page = { filter, orderBy: 'timestamp asc', pageSize: limit } as const;
  const { entries = [] } = await listEntries(context, application, page);
  return entries
    .flatMap((entry) => recordOf(entry, application, { kind: 'app' }))
    .flatMap((record) => (record.kind === 'app' ? [record.message] : []));
}
