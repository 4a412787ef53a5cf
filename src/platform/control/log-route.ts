/** Log queries as newline-delimited JSON, with following. */
import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { type LogLevel, type LogQuery, type LogRecord, logLevels } from '../../model/log.ts';
import type { LogStore } from '../logs/log-store.ts';
import type { RouteRequest } from './route-table.ts';

/** A follower that reads slower than this many bytes behind is cut, so that it can't fill the platform's memory. */
const MAX_BEHIND_BYTES = 8 * 1024 * 1024;

export async function answerLogs(logs: LogStore, request: RouteRequest): Promise<undefined> {
  const { response, query } = request;
  const wanted = logQuery(request.parameters.app ?? '', query);
  const isFollowing = query.get('follow') === '1';
  response.writeHead(200, { 'content-type': 'application/x-ndjson', 'cache-control': 'no-store' });
  const waiting: LogRecord[] = [];
  let write = (record: LogRecord) => void waiting.push(record);
  // Subscribed before the query, so that nothing falls between the two.
  const stop = isFollowing ? logs.follow(wanted, (record) => write(record)) : undefined;
  try {
    const past = query.get('limit') === '0' ? [] : await logs.query(wanted);
    for (const record of past) await send(response, record);
    const last = past.at(-1);
    const isNew = (record: LogRecord) => !past.includes(record) && (!last || record.timeMs >= last.timeMs);
    for (const record of waiting.filter(isNew)) await send(response, record);
    if (isFollowing) {
      write = (record) => {
        if (response.writableLength > MAX_BEHIND_BYTES) response.destroy();
        else response.write(`${JSON.stringify(record)}\n`);
      };
      response.flushHeaders();
      await once(response, 'close');
    }
  } finally {
    stop?.();
    response.end();
  }
  return undefined;
}

async function send(response: ServerResponse, record: LogRecord): Promise<void> {
  if (response.destroyed) return;
  if (!response.write(`${JSON.stringify(record)}\n`))
    await Promise.race([once(response, 'drain'), once(response, 'close')]);
}

function logQuery(application: string, query: URLSearchParams): LogQuery {
  const level = query.get('level');
  const kind = query.get('kind');
  const number = (name: string) => {
    const value = query.get(name);
    return value !== null && /^\d{1,15}$/.test(value) ? Number(value) : undefined;
  };
  return {
    application,
    ...optional('module', query.get('module')),
    ...optional('version', query.get('version')),
    ...optional('instance', query.get('instance')),
    ...optional('requestId', query.get('requestId')),
    ...optional('search', query.get('search') || null),
    ...optional('minimumLevel', logLevels.includes(level as LogLevel) ? (level as LogLevel) : null),
    ...(kind === 'app' || kind === 'request' ? { kind } : {}),
    ...optional('sinceMs', number('since')),
    ...optional('untilMs', number('until')),
    ...optional('limit', number('limit') ?? 1000),
  };
}

function optional<K extends string, V>(key: K, value: V | null | undefined): { readonly [P in K]?: V } {
  return (value === null || value === undefined ? {} : { [key]: value }) as { readonly [P in K]?: V };
}
