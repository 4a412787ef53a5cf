import {
  appendFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ApplicationLog, LogQuery, LogRecord, RequestLog } from '../../../src/model/log.ts';
import type { LogStore } from '../../../src/platform/logs/log-store.ts';
import { createLogStore, type LogStoreOptions } from '../../../src/platform/logs/segment-log-store.ts';
import { createFakeClock, type FakeClock } from '../../fake-clock.ts';

const start = Date.UTC(2026, 5, 1);
const dayMs = 24 * 60 * 60_000;

let directory: string;
let clock: FakeClock;
let opened: LogStore[];
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'appcfg-logs-'));
  clock = createFakeClock(start);
  opened = [];
});
afterEach(async () => {
  for (const store of opened) await store.close();
  rmSync(directory, { recursive: true, force: true });
});

async function open(options: Partial<LogStoreOptions> = {}): Promise<LogStore> {
  const store = await createLogStore({ directory, clock, ...options });
  opened.push(store);
  return store;
}

const line = (message: string, change: Partial<ApplicationLog> = {}): ApplicationLog => ({
  application: 'shop',
  module: 'default',
  version: 'one',
  level: 'info',
  kind: 'app',
  stream: 'stdout',
  timeMs: clock.now(),
  message,
  ...change,
});
const request = (change: Partial<RequestLog> = {}): RequestLog => ({
  application: 'shop',
  module: 'default',
  version: 'one',
  level: 'info',
  kind: 'request',
  timeMs: clock.now(),
  method: 'GET',
  resource: '/',
  httpVersion: 'HTTP/1.1',
  status: 200,
  responseSize: 5,
  latencyMs: 1,
  pendingMs: 0,
  ip: '127.0.0.1',
  host: 'shop.localhost',
  ...change,
});
const messages = (records: readonly LogRecord[]) =>
  records.map((record) => (record.kind === 'app' ? record.message : record.resource));
const find = async (store: LogStore, query: Partial<LogQuery> = {}) =>
  messages(await store.query({ application: 'shop', ...query }));
const files = (application = 'shop') => readdirSync(join(directory, `app-${application}`)).sort();
const sizeOnDisk = () =>
  readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0);

describe('asking', () => {
  it('sees what was just appended, and all of it after a restart', async () => {
    const store = await open();
    store.append(line('first'));
    store.append(request({ resource: '/second' }));
    expect(await find(store)).toEqual(['first', '/second']);
    await store.close();
    expect(await find(await open())).toEqual(['first', '/second']);
  });

  it('filters by every field', async () => {
    const store = await open();
    store.append(line('other module', { module: 'api' }));
    store.append(line('other version', { version: 'two' }));
    store.append(line('with instance', { instance: 'i1' }));
    store.append(line('of request', { requestId: 'r"1' }));
    store.append(line('worse', { level: 'error' }));
    store.append(request({ resource: '/bad', status: 500, level: 'error' }));
    store.append(line('elsewhere', { application: 'blog' }));
    expect(await find(store, { module: 'api' })).toEqual(['other module']);
    expect(await find(store, { version: 'two' })).toEqual(['other version']);
    expect(await find(store, { instance: 'i1' })).toEqual(['with instance']);
    expect(await find(store, { requestId: 'r"1' })).toEqual(['of request']);
    expect(await find(store, { minimumLevel: 'warning' })).toEqual(['worse', '/bad']);
    expect(await find(store, { minimumLevel: 'warning', kind: 'request' })).toEqual(['/bad']);
    expect(await find(store, { application: 'blog' })).toEqual(['elsewhere']);
    expect(await find(store, { application: 'nowhere' })).toEqual([]);
  });

  it('finds any of several requests', async () => {
    const store = await open();
    for (const requestId of ['a', 'b', 'c', 'd']) store.append(line(requestId, { requestId }));
    store.append(line('of none'));
    expect(await find(store, { requestIds: ['d', 'a', 'absent'] })).toEqual(['a', 'd']);
    expect(await find(store, { requestIds: [] })).toEqual([]);
  });

  it('gives the latest written pieces first, each in order of writing', async () => {
    const store = await open({ segmentBytes: 2000 });
    const all = Array.from({ length: 60 }, (_, index) => `line ${index}`);
    for (const message of all) {
      // Later lines may tell of earlier times: the order is that of writing.
      store.append(line(message, { timeMs: start + 1000 - all.indexOf(message) }));
      await store.flush();
    }
    const pieces: string[][] = [];
    for await (const records of store.newestFirst({ application: 'shop' })) pieces.push([...messages(records)]);
    expect(pieces.length).toBeGreaterThan(2);
    expect(pieces.reverse().flat()).toEqual(all);
    const filtered: string[] = [];
    for await (const records of store.newestFirst({ application: 'shop', untilMs: start + 942 })) {
      filtered.push(...messages(records));
    }
    expect(filtered).toEqual(['line 59']);
    for await (const records of store.newestFirst({ application: 'nowhere' })) expect(records).toEqual([]);
  });

  it('includes the start of a time range and not its end', async () => {
    const store = await open();
    for (const second of [1, 2, 3, 4]) store.append(line(`${second}`, { timeMs: start + second }));
    expect(await find(store, { sinceMs: start + 2, untilMs: start + 4 })).toEqual(['2', '3']);
    expect(await find(store, { sinceMs: start + 2, untilMs: start + 2 })).toEqual([]);
    expect(await find(store, { limit: 0 })).toEqual([]);
  });

  it('answers like a sorted list of everything, whatever the segments, order of arrival and limit', async () => {
    const record = fc.record({ at: fc.nat({ max: 50 }), module: fc.constantFrom('a', 'b'), isBad: fc.boolean() });
    const query = fc.record(
      {
        module: fc.constantFrom('a', 'b'),
        minimumLevel: fc.constantFrom('warning' as const),
        sinceMs: fc.nat({ max: 50 }).map((at) => start + at),
        untilMs: fc.nat({ max: 50 }).map((at) => start + at),
        limit: fc.nat({ max: 12 }),
      },
      { requiredKeys: [] },
    );
    let round = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(record, { maxLength: 40 }), query, fc.boolean(), async (records, asked, restarts) => {
        round += 1;
        const place = join(directory, `${round}`);
        let store = await open({ directory: place, segmentBytes: 700 });
        const all = records.map(({ at, module, isBad }, index) =>
          line(`${index}`, { timeMs: start + at, module, level: isBad ? 'error' : 'info' }),
        );
        for (const one of all) {
          store.append(one);
          if (one.timeMs % 3 === 0) await store.flush();
        }
        if (restarts) {
          await store.close();
          store = await open({ directory: place, segmentBytes: 700 });
        }
        const expected = all
          .filter((one) => asked.module === undefined || one.module === asked.module)
          .filter((one) => asked.minimumLevel === undefined || one.level === 'error')
          .filter(
            (one) => one.timeMs >= (asked.sinceMs ?? 0) && one.timeMs < (asked.untilMs ?? Number.POSITIVE_INFINITY),
          )
          .sort((a, b) => a.timeMs - b.timeMs);
        const limited =
          asked.limit === undefined
            ? expected
            : expected.slice(expected.length - Math.min(asked.limit, expected.length));
        expect(await find(store, asked)).toEqual(messages(limited));
      }),
      { numRuns: 60 },
    );
  });
});

describe('following', () => {
  it('tells of matching records from now on, until it is ended', async () => {
    const store = await open();
    const seen: LogRecord[] = [];
    store.append(line('before'));
    const end = store.follow({ application: 'shop', module: 'api' }, (record) => seen.push(record));
    store.append(line('no'));
    store.append(line('yes', { module: 'api' }));
    store.append(line('elsewhere', { module: 'api', application: 'blog' }));
    end();
    store.append(line('after', { module: 'api' }));
    expect(messages(seen)).toEqual(['yes']);
  });

  it('does not let a broken follower disturb the log or the others', async () => {
    const store = await open();
    const seen: LogRecord[] = [];
    store.follow({ application: 'shop' }, () => {
      throw new Error('its reader is gone');
    });
    store.follow({ application: 'shop' }, (record) => seen.push(record));
    store.append(line('kept'));
    expect(messages(seen)).toEqual(['kept']);
    expect(await find(store)).toEqual(['kept']);
  });
});

describe('writing', () => {
  it('gathers for a moment, or until there is much', async () => {
    const store = await open();
    store.append(line('small'));
    expect(sizeOnDisk()).toBe(0);
    await clock.advance(200);
    await store.flush();
    const afterTimer = sizeOnDisk();
    expect(afterTimer).toBeGreaterThan(0);
    store.append(line('x'.repeat(65_000)));
    store.append(line('y'.repeat(65_000)));
    expect(await find(store, { limit: 1 })).toEqual(['y'.repeat(65_000)]);
    expect(clock.pendingTimers).toBe(1);
  });

  it('keeps one application from writing outside of its folder', async () => {
    const store = await open();
    for (const application of ['..', '../../up', 'domain.com:app', 's~app', '%2e%2e']) {
      store.append(line(application, { application }));
      expect(messages(await store.query({ application }))).toEqual([application]);
    }
    expect(readdirSync(directory)).toHaveLength(5);
    await store.close();
    expect(messages(await (await open()).query({ application: '../../up' }))).toEqual(['../../up']);
  });

  it('takes nothing after it was closed', async () => {
    const store = await open();
    await store.close();
    store.append(line('late'));
    await store.close();
    expect(readdirSync(directory)).toEqual([]);
  });
});

describe('after a crash', () => {
  async function leaveOpenSegment(): Promise<string> {
    const store = await open();
    for (const message of ['one', 'two', 'three']) store.append(line(message));
    await store.flush();
    const [name = ''] = files();
    const left = join(directory, 'app-shop', name);
    const content = readFileSync(left);
    await store.close();
    for (const file of files()) rmSync(join(directory, 'app-shop', file));
    writeFileSync(left, content);
    return left;
  }

  it.each([
    ['in the middle of a line', 20, ['one', 'two']],
    ['before the newline', 1, ['one', 'two']],
    ['after the newline', 0, ['one', 'two', 'three']],
  ])('skips what was torn %s and goes on', async (_where, missing, expected) => {
    const left = await leaveOpenSegment();
    truncateSync(left, statSync(left).size - missing);
    const store = await open();
    expect(await find(store)).toEqual(expected);
    store.append(line('next'));
    expect(await find(store)).toEqual([...expected, 'next']);
  });

  it('skips zeros and foreign lines between good ones', async () => {
    const left = await leaveOpenSegment();
    appendFileSync(left, `\0\0\0\0\n{"no":"time"}\n\nnot json\n`);
    appendFileSync(left, `${JSON.stringify({ ...line('four'), timeMs: undefined })}\n`);
    expect(await find(await open())).toEqual(['one', 'two', 'three']);
  });

  it('throws an empty leftover away', async () => {
    const left = await leaveOpenSegment();
    truncateSync(left, 0);
    await open();
    expect(files()).toEqual([]);
  });
});

describe('bounds', () => {
  const fill = async (store: LogStore, count: number, application = 'shop') => {
    for (let n = 0; n < count; n += 1) {
      store.append(line(`${application} ${n} ${'x'.repeat(900)}`, { application }));
      await store.flush();
    }
  };

  it('keeps the newest within the size, and the loud from pushing out the quiet', async () => {
    const store = await open({ maxBytes: 40_000, segmentBytes: 5000 });
    await fill(store, 3, 'quiet');
    await fill(store, 200);
    expect(sizeOnDisk()).toBeLessThan(40_000 + 2 * 6000);
    expect(messages(await store.query({ application: 'quiet' }))).toHaveLength(3);
    const kept = await find(store);
    expect(kept.length).toBeGreaterThan(20);
    expect(kept.at(-1)).toMatch(/^shop 199 /);
    expect(kept.map((text) => Number(text.split(' ')[1]))).toEqual(kept.map((_, index) => 200 - kept.length + index));
  });

  it('lets the old go, also of an application that writes nothing any more', async () => {
    const store = await open({ maxAgeMs: 2 * dayMs });
    store.append(line('old'));
    await clock.advance(dayMs);
    store.append(line('younger'));
    await store.flush();
    await clock.advance(dayMs + dayMs / 2);
    expect(await find(store)).toEqual(['younger']);
    await clock.advance(dayMs);
    expect(await find(store)).toEqual([]);
    expect(files()).toEqual([]);
  });

  it('lets the old go at the start', async () => {
    const store = await open();
    store.append(line('old'));
    await store.close();
    clock = createFakeClock(start + 8 * dayMs);
    await open();
    expect(files()).toEqual([]);
  });
});

describe('when the disk does not take it', () => {
  it('drops, counts, says so once, and notes the gap where it was', async () => {
    const troubles: string[] = [];
    const store = await open({ onTrouble: (reason) => troubles.push(reason) });
    // A file where the folder should be stands for a disk that takes nothing.
    writeFileSync(join(directory, 'app-shop'), '');
    for (const message of ['lost 1', 'lost 2', 'lost 3']) {
      store.append(line(message, { module: 'api' }));
      await store.flush();
    }
    expect(await find(store)).toEqual([]);
    expect(troubles).toHaveLength(1);
    rmSync(join(directory, 'app-shop'));
    store.append(line('kept'));
    const found = await store.query({ application: 'shop' });
    expect(messages(found)).toEqual([expect.stringMatching(/^3 log records were lost here: /), 'kept']);
    expect(found[0]).toMatchObject({ kind: 'app', stream: 'platform', level: 'warning', module: 'api' });
    expect(troubles).toHaveLength(1);
  });

  it('does not let memory fill up behind a slow disk', async () => {
    const store = await open();
    const large = 'x'.repeat(60_000);
    for (let n = 0; n < 200; n += 1) store.append(line(`${n} ${large}`));
    await store.flush();
    store.append(line('last'));
    const found = await find(store);
    expect(found.some((message) => /log records were lost here: they came faster/.test(message))).toBe(true);
    expect(found.at(-1)).toBe('last');
    expect(found.length).toBeGreaterThan(100);
    expect(found.length).toBeLessThan(160);
  });
});
