import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { failure } from '../../src/errors.ts';
import { DesiredState } from '../../src/platform/desired-state.ts';
import { emptyLiveState } from '../../src/platform/live-state.ts';
import { Operations, type Work } from '../../src/platform/operations.ts';
import { openStateStore } from '../../src/platform/store/open-state-store.ts';
import { migrations } from '../../src/platform/store/schema.ts';
import { systemClock } from '../../src/support/clock.ts';
import { temporaryDirectory } from './temporary-directory.ts';

async function setUp(directory = temporaryDirectory()) {
  const store = await openStateStore(join(directory, 'platform.db'), migrations);
  const desired = new DesiredState(store);
  const operations = new Operations({ desired, clock: systemClock });
  let isClosed = false;
  const close = async () => {
    if (isClosed) return;
    isClosed = true;
    await operations.close();
    store.close();
  };
  onTestFinished(close);
  return { desired, operations, directory, close };
}

const submission = (requestId: string, application = 'app') => ({
  kind: 'release' as const,
  application,
  requestId,
  createdBy: 'test',
  request: { hello: 'world' },
});

const succeed: Work = async () => ({
  live: emptyLiveState,
  release: { createdAt: '2026-01-01T00:00:00Z', createdBy: 'test', changes: ['all'] },
});

async function finish(operations: Operations, id: string) {
  for (;;) {
    const operation = await operations.watch(id, Number.MAX_SAFE_INTEGER, 50);
    if (operation.state !== 'pending') return operation;
  }
}

describe('operations', () => {
  it('commits once for one request id, however often it is sent', async () => {
    const { operations, desired } = await setUp();
    let runs = 0;
    const work: Work = async (context) => {
      runs += 1;
      return succeed(context);
    };
    const first = operations.submit(submission('same-request'), work);
    const second = operations.submit(submission('same-request'), work);
    expect(second.id).toBe(first.id);
    expect((await finish(operations, first.id)).release).toBe('r1');
    expect(operations.submit(submission('same-request'), work).id).toBe(first.id);
    expect(runs).toBe(1);
    expect(desired.releases('app')).toHaveLength(1);
  });

  it('runs changes of one application one after the other and names the holder to who waits', async () => {
    const { operations } = await setUp();
    const order: string[] = [];
    const slow =
      (name: string): Work =>
      async (context) => {
        order.push(`${name} begins`);
        await new Promise((resolve) => setTimeout(resolve, 20));
        order.push(`${name} ends`);
        return succeed(context);
      };
    const first = operations.submit(submission('request-1'), slow('first'));
    const second = operations.submit(submission('request-2'), slow('second'));
    const other = operations.submit(submission('request-3', 'other'), slow('other'));
    const waited = await finish(operations, second.id);
    await finish(operations, other.id);
    expect(order.indexOf('second begins')).toBeGreaterThan(order.indexOf('first ends'));
    expect(order.indexOf('other begins')).toBeLessThan(order.indexOf('first ends'));
    expect(waited.events[0]).toMatchObject({ type: 'warning', message: expect.stringContaining(first.id) });
  });

  it('keeps the error of a failed operation and changes nothing', async () => {
    const { operations, desired } = await setUp();
    const work: Work = async () => {
      throw failure('version.last-of-default', { version: 'one' });
    };
    const failed = await finish(operations, operations.submit(submission('request-1'), work).id);
    expect(failed).toMatchObject({ state: 'failed', error: { code: 'version.last-of-default' } });
    expect(desired.application('app')).toBeUndefined();
    expect(desired.operation(failed.id)?.operation).toEqual(failed);
  });

  it('leaves unfinished work in the journal when the platform closes, to go on at the next start', async () => {
    const first = await setUp();
    const stuck: Work = (context) =>
      new Promise((_, reject) => context.signal.addEventListener('abort', () => reject(context.signal.reason)));
    const operation = first.operations.submit(submission('request-1'), stuck);
    await Promise.resolve();
    await first.close();

    const second = await setUp(first.directory);
    const [pending] = second.desired.pendingOperations();
    expect(pending).toMatchObject({ operation: { id: operation.id }, request: { hello: 'world' } });
    if (pending) second.operations.resume(pending, succeed);
    expect(await finish(second.operations, operation.id)).toMatchObject({ state: 'done', release: 'r1' });
    expect(second.desired.pendingOperations()).toEqual([]);
  });

  it('says who watches nothing new only after the wait, and wakes at once on an event', async () => {
    const { operations } = await setUp();
    let go = () => {};
    const work: Work = async (context) => {
      await new Promise<void>((resolve) => {
        go = resolve;
      });
      context.emit({ type: 'warning', message: 'hello' });
      return succeed(context);
    };
    const { id } = operations.submit(submission('request-1'), work);
    expect((await operations.watch(id, 0, 10)).events).toEqual([]);
    const watching = operations.watch(id, 0, 60_000);
    go();
    expect((await watching).events).toHaveLength(1);
    await finish(operations, id);
  });
});
