import { describe, expect, it } from 'vitest';
import type { ApplicationLog, LogLevel } from '../../../src/model/log.ts';
import { followLogs, queryLogs } from '../../../src/operate/query-logs.ts';
import { failureOf, shop } from './sample.ts';

function record(message: string, more: Partial<ApplicationLog> = {}): ApplicationLog {
  return {
    kind: 'app',
    timeMs: 1,
    application: 'shop',
    module: 'default',
    version: 'uno',
    level: 'info',
    stream: 'stdout',
    message,
    ...more,
  };
}

const texts = (records: readonly unknown[]) => records.map((found) => (found as ApplicationLog).message);

describe('logs', () => {
  it('are those that match, the last ones in order of time', async () => {
    const { context, backend } = await shop();
    const levels: readonly LogLevel[] = ['debug', 'info', 'warning', 'error', 'critical'];
    for (const [index, level] of levels.entries()) backend.appendLog(record(level, { level, timeMs: 10 - index }));
    backend.appendLog(record('other', { module: 'api', version: 'v1', timeMs: 3 }));
    const query = async (more: object) => texts(await queryLogs(context, { application: 'shop', ...more }));
    expect(await query({ module: 'default' })).toEqual([...levels].reverse());
    expect(await query({ module: 'default', limit: 2 })).toEqual(['info', 'debug']);
    expect(await query({ minimumLevel: 'error' })).toEqual(['critical', 'error']);
    expect(await query({ version: 'v1' })).toEqual(['other']);
    expect(await query({ sinceMs: 9, untilMs: 10 })).toEqual(['info']);
    expect(await query({ limit: 0 })).toEqual([]);
  });

  it('of a module that is not there are refused with the names that are', async () => {
    const { context } = await shop();
    expect(await failureOf(queryLogs(context, { application: 'shop', module: 'x' }))).toMatchObject({
      code: 'module.not-found',
      hints: ['Its modules: default, api'],
    });
    expect(await failureOf(queryLogs(context, { application: 'shop', module: 'api', version: 'x' }))).toMatchObject({
      code: 'version.not-found',
    });
    expect(await failureOf(queryLogs(context, { application: 'nope' }))).toMatchObject({
      code: 'application.not-found',
    });
  });

  it('are followed from the last ones on, until the command ends', async () => {
    const { context, backend, interrupt } = await shop();
    backend.appendLog(record('before 1'));
    backend.appendLog(record('before 2'));
    const seen: string[] = [];
    const reading = (async () => {
      for await (const found of followLogs(context, { application: 'shop', limit: 1, module: 'default' })) {
        seen.push(...texts([found]));
        if (seen.length === 1) {
          setImmediate(() => {
            backend.appendLog(record('elsewhere', { module: 'api' }));
            backend.appendLog(record('after'));
          });
        }
        if (seen.length === 2) interrupt.abort();
      }
    })();
    await reading;
    expect(seen).toEqual(['before 2', 'after']);
  });

  it('that come while the last ones are looked up are shown once', async () => {
    const { context, backend, interrupt } = await shop();
    backend.appendLog(record('before'));
    const logs = {
      ...backend.logs,
      query: async (...args: Parameters<typeof backend.logs.query>) => {
        backend.appendLog(record('seen by both'));
        const found = await backend.logs.query(...args);
        backend.appendLog(record('in between'));
        return found;
      },
    };
    const seen: string[] = [];
    for await (const found of followLogs(
      { ...context, backend: { ...backend, logs } },
      { application: 'shop', limit: 9 },
    )) {
      seen.push(...texts([found]));
      if (seen.length === 2) setImmediate(() => backend.appendLog(record('after')));
      if (seen.at(-1) === 'after') interrupt.abort();
    }
    expect(seen).toEqual(['before', 'seen by both', 'in between', 'after']);
  });

  it('are not listened for any more when the reader leaves', async () => {
    const { context, backend } = await shop();
    backend.appendLog(record('before'));
    for await (const _found of followLogs(context, { application: 'shop', limit: 1 })) break;
    backend.appendLog(record('after'));
    expect(texts(await queryLogs(context, { application: 'shop' }))).toEqual(['before', 'after']);
  });
});
