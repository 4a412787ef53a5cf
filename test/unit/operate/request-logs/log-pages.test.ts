import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MemoryLogs } from '../../../../src/adapters/memory/memory-logs.ts';
import type { LogRecord } from '../../../../src/model/log.ts';
import { pagesBackwards } from '../../../../src/operate/request-logs/log-pages.ts';

const record = (timeMs: number, message: string): LogRecord => ({
  kind: 'app',
  timeMs,
  application: 'a',
  module: 'default',
  version: 'v1',
  level: 'info',
  stream: 'stdout',
  message,
});

async function read(logs: MemoryLogs, pageSize: number, untilMs?: number): Promise<readonly (readonly LogRecord[])[]> {
  const pages: (readonly LogRecord[])[] = [];
  const query = { application: 'a', ...(untilMs === undefined ? {} : { untilMs }) };
  const options = { pageSize, signal: new AbortController().signal };
  for await (const page of pagesBackwards(logs.role, query, options)) pages.push(page);
  return pages;
}

describe('pagesBackwards', () => {
  it('gives every record once, whatever the page size and however many share a millisecond', async () => {
    const times = fc.array(fc.integer({ min: 0, max: 12 }), { maxLength: 60 });
    await fc.assert(
      fc.asyncProperty(times, fc.integer({ min: 1, max: 7 }), async (moments, pageSize) => {
        const logs = new MemoryLogs();
        for (const [index, timeMs] of moments.entries()) logs.append(record(timeMs, String(index)));
        const pages = await read(logs, pageSize);
        expect(pages.every((page) => page.length > 0)).toBe(true);
        expect(pages.toReversed().flat()).toEqual(await logs.role.query({ application: 'a' }));
      }),
    );
  });

  it('keeps to the end that is asked for', async () => {
    const logs = new MemoryLogs();
    for (const timeMs of [1, 2, 3, 4]) logs.append(record(timeMs, String(timeMs)));
    expect((await read(logs, 2, 4)).map((page) => page.map(({ timeMs }) => timeMs))).toEqual([[2, 3], [1]]);
  });
});
