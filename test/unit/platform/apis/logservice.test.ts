/** The Logs API over a store of a few records. */
import { describe, expect, it } from 'vitest';
import type { LogQuery, LogRecord, RequestLog } from '../../../../src/model/log.ts';
import { decodeOffset, encodeOffset } from '../../../../src/platform/apis/logservice/log-offset.ts';
import { createLogService } from '../../../../src/platform/apis/logservice/logservice.ts';
import { type LogReadRequest, logMessages as messages } from '../../../../src/platform/apis/protocol/logservice.ts';
import type { LogStore } from '../../../../src/platform/logs/log-store.ts';
import { matches } from '../../../../src/platform/logs/record-filter.ts';
import { createFakeClock } from '../../../fake-clock.ts';
import { apiCall, ticketRequest } from './caller.ts';

const start = Date.UTC(2026, 10, 21, 20, 46, 37);

function request(id: string, endMs: number, facts: Partial<RequestLog> = {}): RequestLog {
  return {
    kind: 'request',
    timeMs: start + endMs - 100,
    latencyMs: 100,
    application: 'shop',
    module: 'default',
    version: 'uno',
    instance: '0',
    requestId: id,
    level: 'info',
    method: 'GET',
    resource: '/x',
    httpVersion: 'HTTP/1.1',
    status: 200,
    responseSize: 1694,
    pendingMs: 2,
    ip: '127.0.0.1',
    host: 'shop.localhost:8080',
    userAgent: 'curl/7.88.1',
    ...facts,
  };
}

/** Written in this order; each piece holds some, as segments do. */
function storeOf(...pieces: readonly (readonly LogRecord[])[]) {
  const records = [pieces.flat()].flat();
  const appended: LogRecord[] = [];
  let piecesRead = 0;
  const logs: LogStore = {
    append: (record) => void appended.push(record),
    query: async (query: LogQuery) => records.filter((record) => matches(record, query)),
    async *newestFirst(query: LogQuery) {
      for (const piece of [...pieces].reverse()) {
        piecesRead += 1;
        yield piece.filter((record) => matches(record, query));
      }
    },
    follow: () => () => {},
    flush: async () => {},
    close: async () => {},
  };
  return { logs, appended, piecesRead: () => piecesRead };
}

function serviceOf(...pieces: readonly (readonly LogRecord[])[]) {
  const clock = createFakeClock(start + 10_000);
  const store = storeOf(...pieces);
  const running = [ticketRequest({ requestId: 'ff', startedAtMs: start + 9_000 })];
  const service = createLogService({ clock, logs: store.logs, running: () => running });
  const read = async (wanted: Partial<LogReadRequest>) => {
    const full = {
      app_id: 's~shop',
      module_version: [{ version_id: 'uno' }],
      version_id: [],
      request_id: [],
      ...wanted,
    };
    const answer = await service.Read?.(messages.logReadRequest.encode(full), apiCall());
    return messages.logReadResponse.decode(answer ?? new Uint8Array());
  };
  const ids = async (wanted: Partial<LogReadRequest>) =>
    (await read(wanted)).log.map(({ request_id }) => Buffer.from(request_id).toString());
  return { ...store, service, read, ids, clock };
}

const line = (requestId: string, message: string, level: LogRecord['level'] = 'info'): LogRecord => ({
  kind: 'app',
  timeMs: start + 50,
  application: 'shop',
  module: 'default',
  version: 'uno',
  requestId,
  level,
  stream: 'stderr',
  message,
});

describe('reading', () => {
  it('5.3b gives the latest to end first, a page at a time', async () => {
    const pieces = [
      [request('a', 100), request('b', 200)],
      [request('d', 400), request('c', 300)],
    ];
    const { ids, read } = serviceOf(...pieces);
    expect(await ids({})).toEqual(['d', 'c', 'b', 'a']);
    const first = await read({ count: 3 });
    expect(first.log).toHaveLength(3);
    expect(first.last_end_time).toBe((start + 200) * 1000);
    expect(await ids(first.offset ? { offset: first.offset } : {})).toEqual(['a']);
    expect((await read({ count: 4 })).offset).toBeUndefined();
  });

  it('stops where nothing wanted can be any more', async () => {
    const { ids, piecesRead } = serviceOf([request('a', 100)], [request('b', 200)], [request('c', 300)]);
    expect(await ids({ start_time: (start + 300) * 1000 })).toEqual(['c']);
    expect(piecesRead()).toBe(2);
  });

  it('filters by version, end, level, and takes the marks of flushes for no requests', async () => {
    const { ids } = serviceOf([
      request('a', 100),
      request('b', 200, { version: 'dos' }),
      request('c', 300, { module: 'm' }),
      request('c', 310, { flush: { requestStartedAtMs: start } }),
      line('a', 'warned', 'warning'),
    ]);
    expect(await ids({ module_version: [{ module_id: 'm', version_id: 'uno' }, { version_id: 'dos' }] })).toEqual([
      'c',
      'b',
    ]);
    expect(await ids({ module_version: [], version_id: ['m:uno', 'dos.123'] })).toEqual(['c', 'b']);
    expect(await ids({ end_time: (start + 100) * 1000 })).toEqual([]);
    expect(await ids({ end_time: (start + 100) * 1000 + 1000 })).toEqual(['a']);
    expect(await ids({ minimum_log_level: 2 })).toEqual(['a']);
    expect(await ids({ minimum_log_level: 3 })).toEqual([]);
    expect(await ids({ include_incomplete: true })).toEqual(['ff', 'a']);
  });

  it('5.3b gives named requests in the order asked for', async () => {
    const { ids, read } = serviceOf([request('a', 100), request('b', 200), line('a', 'one'), line('a', 'two')]);
    const named = (...names: readonly string[]) => ({
      module_version: [],
      request_id: names.map((name) => Buffer.from(name)),
    });
    expect(await ids(named('b', 'ee', 'a'))).toEqual(['b', 'a']);
    const { log } = await read({ ...named('a'), include_app_logs: true, app_logs_per_request: 1 });
    expect(log[0]).toMatchObject({ line: [{ log_message: 'one', level: 1 }], lines_incomplete: true });
    expect(await ids(named('ff'))).toEqual([]);
    expect(await ids({ ...named('ff'), include_incomplete: true })).toEqual(['ff']);
  });

  it('5.3c N6 describes a request as App Engine did', async () => {
    const { read } = serviceOf([request('ab', 100, { taskQueue: 'q', taskName: 't', referrer: 'http://r/' })]);
    const [log] = (await read({})).log;
    expect(log).toMatchObject({
      app_id: 's~shop',
      version_id: 'uno',
      module_id: 'default',
      start_time: start * 1000,
      end_time: (start + 100) * 1000,
      latency: 100_000,
      pending_time: 2000,
      replica_index: 0,
      finished: true,
      task_queue_name: 'q',
      task_name: 't',
      combined: '127.0.0.1 - - [21/Nov/2026:20:46:37 +0000] "GET /x HTTP/1.1" 200 1694 "http://r/" "curl/7.88.1"',
    });
    expect(decodeOffset(log?.offset ?? {})).toEqual({ endMs: start + 100, requestId: 'ab' });
  });

  it.each([
    ['nothing named', { module_version: [] }],
    ['both kinds of versions', { version_id: ['uno'] }],
    ['a request and a time', { module_version: [], request_id: [Buffer.from('a')], start_time: 1 }],
    ['a request twice', { module_version: [], request_id: [Buffer.from('a'), Buffer.from('a')] }],
    ['no request id', { module_version: [], request_id: [Buffer.from('xyz')] }],
    ['an expression', { combined_log_regex: '.*' }],
    ['an offset of somebody else', { offset: { request_id: Buffer.from('../..') } }],
  ] as const)('refuses %s', async (_, wanted) => {
    await expect(serviceOf([]).read(wanted)).rejects.toMatchObject({ code: 1 });
  });
});

it('an offset is read back', () => {
  const position = { endMs: 12.5, record: { requestId: 'abc' } };
  expect(decodeOffset(encodeOffset(position))).toEqual({ endMs: 12.5, requestId: 'abc' });
});

it('5.3a a flush writes the lines and an entry of its own', async () => {
  const { service, appended, clock } = serviceOf([]);
  const lines = messages.userAppLogGroup.encode({
    log_line: [{ timestamp_usec: (start + 5) * 1000 + 7, level: 3, message: 'broken' }],
  });
  const startedAtMs = start + 1000;
  await service.Flush?.(messages.flushRequest.encode({ logs: lines }), apiCall({ startedAtMs }));
  expect(appended).toMatchObject([
    { kind: 'app', stream: 'api', level: 'error', message: 'broken', timeMs: start + 5, requestId: 'abc123' },
    {
      kind: 'request',
      timeMs: clock.now(),
      requestId: 'abc123',
      resource: '/page?a=b',
      latencyMs: 9000,
      flush: { requestStartedAtMs: startedAtMs },
    },
  ]);
  const broken = service.Flush?.(messages.flushRequest.encode({ logs: Buffer.from('nonsense') }), apiCall());
  await expect(broken).rejects.toThrow('UserAppLogGroup');
});
