import { describe, expect, it } from 'vitest';
import type { Queue } from '../../../src/model/settings.ts';
import type { StateStore } from '../../../src/platform/store/state-store.ts';
import { headerOf, START, setUp } from './queue-bench.ts';

const names = (count: number) => Array.from({ length: count }, (_, index) => `t${index}`);
const fast: Queue = { name: 'fast', mode: 'push', ratePerSecond: 500, bucketSize: 500 };

describe('a push queue', () => {
  it('6.1e runs a burst and then its rate, oldest first, and is empty afterwards', async () => {
    const bench = await setUp();
    await bench.add('default', ...names(8));
    expect(bench.state('default')).toMatchObject({ tasks: 8, oldestEta: '2026-01-01T00:00:00.000Z' });
    await bench.clock.advance(2000);
    expect(bench.sent()).toEqual(names(8));
    expect(bench.seconds()).toEqual([0, 0, 0, 0, 0, 0.2, 0.4, 0.6]);
    expect(bench.state('default')).toMatchObject({ tasks: 0, running: 0, executedLastMinute: 8 });
    await bench.clock.advance(60_000);
    expect(bench.state('default')?.executedLastMinute).toBe(0);
  });

  it('keeps slow rates', async () => {
    const bench = await setUp([{ name: 'slow', mode: 'push', ratePerSecond: 2 / 60, bucketSize: 1 }]);
    await bench.add('slow', ...names(3));
    await bench.clock.advance(60_000);
    expect(bench.seconds()).toEqual([0, 30, 60]);
  });

  it('6.1e runs no more at a time than it may', async () => {
    const bench = await setUp([{ ...fast, maxConcurrentRequests: 2 }]);
    bench.dispatch.answer = () => ({ afterMs: 10_000 });
    await bench.add('fast', ...names(5));
    await bench.clock.advance(9999);
    expect(bench.sent()).toEqual(['t0', 't1']);
    expect(bench.state('fast')).toMatchObject({ running: 2, tasks: 5 });
    await bench.clock.advance(30_000);
    expect(bench.seconds()).toEqual([0, 0, 10, 10, 20]);
  });

  it('waits for the time of a task, also when the clock is set', async () => {
    const bench = await setUp();
    await bench.queues.addTasks('shop', 'default', [
      { name: 'later', delayMs: 90_000 },
      { name: 'soon', etaMs: START + 1500 },
      { name: 'much-later', delayMs: 7_200_000 },
    ]);
    await bench.clock.advance(100_000);
    expect(bench.sent()).toEqual(['soon', 'later']);
    expect(bench.seconds()).toEqual([1.5, 90]);
    bench.clock.set(START + 8_000_000);
    await bench.clock.advance(31_000);
    expect(bench.sent()).toEqual(['soon', 'later', 'much-later']);
  });

  it('6.1a 6.1b repeats what fails, and tells the application about it', async () => {
    const bench = await setUp([{ ...fast, retry: { minBackoffSeconds: 1, taskRetryLimit: 3 } }]);
    const answers = [{ status: 500 }, { status: 503, reachedInstance: false }, { status: 0 }, { status: 404 }];
    bench.dispatch.answer = (_, index) => answers[index] ?? {};
    await bench.add('fast', 'one');
    await bench.clock.advance(60_000);
    expect(bench.seconds()).toEqual([0, 1, 3, 7]);
    const header = (name: string) =>
      bench.dispatch.sent.map(({ request }) => headerOf(request.headers, `X-AppEngine-${name}`));
    expect(header('TaskRetryCount')).toEqual(['0', '1', '2', '3']);
    expect(header('TaskExecutionCount')).toEqual(['0', '1', '1', '2']);
    expect(header('TaskPreviousResponse')).toEqual([undefined, '500', '503', undefined]);
    expect(header('TaskETA')).toEqual(['1767225600.000', '1767225601.000', '1767225603.000', '1767225607.000']);
    expect(bench.logs.messages).toEqual([
      'queue fast: task one (/_ah/queue/fast) was given up after 4 failed attempts',
    ]);
    expect(bench.state('fast')?.tasks).toBe(0);
  });

  it('6.1b slows down on 503 and recovers', async () => {
    const bench = await setUp([
      { name: 'q', mode: 'push', ratePerSecond: 10, bucketSize: 1, retry: { minBackoffSeconds: 3600 } },
    ]);
    let status = 503;
    bench.dispatch.answer = () => ({ status });
    await bench.add('q', ...names(100));
    await bench.clock.advance(5000);
    const overloaded = bench.state('q');
    expect(overloaded?.enforcedRatePerSecond).toBeLessThan(1);
    expect(bench.dispatch.sent.length).toBeLessThan(20);
    status = 200;
    await bench.clock.advance(60_000);
    expect(bench.state('q')).toMatchObject({ ratePerSecond: 10, enforcedRatePerSecond: 10 });
  });

  it('stands still while it is paused, and goes on afterwards', async () => {
    const bench = await setUp();
    expect(await bench.queues.pause('shop', 'default')).toMatchObject({ state: 'paused', pausedBy: 'hand' });
    await bench.add('default', 'one');
    await bench.clock.advance(3_600_000);
    expect(bench.sent()).toEqual([]);
    await bench.restart();
    await bench.clock.advance(1000);
    expect(bench.state('default')).toMatchObject({ state: 'paused' });
    expect(bench.sent()).toEqual([]);
    expect(await bench.queues.resume('shop', 'default')).toMatchObject({ state: 'running' });
    await bench.clock.advance(1);
    expect(bench.sent()).toEqual(['one']);
  });

  it('6.1e stands still at rate 0 until queue.yaml gives it another', async () => {
    const bench = await setUp([{ name: 'q', mode: 'push', ratePerSecond: 0 }]);
    await bench.add('q', 'one');
    await bench.clock.advance(60_000);
    expect(bench.state('q')).toMatchObject({ state: 'paused', pausedBy: 'rate', ratePerSecond: 0 });
    await expect(bench.queues.resume('shop', 'q')).rejects.toMatchObject({ code: 'queue.rate-zero' });
    bench.upload({ queues: [{ name: 'q', mode: 'push', ratePerSecond: 1 }] });
    await bench.clock.advance(1000);
    expect(bench.sent()).toEqual(['one']);
  });

  it('that queue.yaml does not name any more keeps its tasks and runs none', async () => {
    const bench = await setUp([fast]);
    await bench.queues.addTasks('shop', 'fast', [{ name: 'kept', delayMs: 1000 }]);
    bench.upload({ queues: [] });
    await bench.add('fast', 'more');
    await bench.clock.advance(60_000);
    expect(bench.sent()).toEqual([]);
    expect(bench.state('fast')).toMatchObject({ state: 'disabled', tasks: 2 });
    await expect(bench.queues.resume('shop', 'fast')).rejects.toMatchObject({ code: 'queue.disabled' });
    bench.upload({ queues: [fast] });
    await bench.clock.advance(1);
    expect(bench.sent()).toEqual(['more', 'kept']);
    await bench.clock.advance(1);
    bench.upload({ queues: [] });
    await expect(bench.add('fast', 'x')).rejects.toMatchObject({
      code: 'queue.not-found',
      details: { known: ['default'] },
    });
  });

  it('that was paused by hand is resumed by an upload, unless the file says not to', async () => {
    const bench = await setUp([fast]);
    await bench.queues.pause('shop', 'fast');
    bench.upload({ queues: [{ ...fast, bucketSize: 100 }], resumePausedQueues: false });
    expect(bench.state('fast')).toMatchObject({ state: 'paused', bucketSize: 100 });
    bench.upload({ queues: [fast] });
    expect(bench.state('fast')).toMatchObject({ state: 'running' });
  });
});

describe('a task', () => {
  it('is run now when somebody asks, whatever pauses and times say', async () => {
    const bench = await setUp();
    await bench.queues.pause('shop', 'default');
    await bench.queues.addTasks('shop', 'default', [{ name: 'one', delayMs: 3_600_000 }]);
    bench.dispatch.answer = (_, index) => (index === 0 ? { status: 500 } : { status: 200 });
    expect(await bench.queues.runNow('shop', 'default', 'one')).toEqual({
      name: 'one',
      status: 500,
      outcome: 'retried',
      nextAt: '2026-01-01T00:00:00.100Z',
      latencyMs: 0,
    });
    expect(await bench.queues.runNow('shop', 'default', 'one')).toMatchObject({ status: 200, outcome: 'done' });
    await expect(bench.queues.runNow('shop', 'default', 'one')).rejects.toMatchObject({ code: 'task.not-found' });
  });

  it('never runs twice at a time', async () => {
    const bench = await setUp();
    bench.dispatch.answer = () => ({ afterMs: 5000 });
    await bench.add('default', 'one');
    await bench.clock.advance(10);
    expect(bench.queues.tasks('shop', 'default')).toMatchObject([{ name: 'one', state: 'running' }]);
    await expect(bench.queues.runNow('shop', 'default', 'one')).rejects.toMatchObject({ code: 'task.running' });
    bench.upload({ queues: [{ name: 'default', mode: 'push', ratePerSecond: 100 }] });
    await bench.clock.advance(10_000);
    expect(bench.sent()).toEqual(['one']);
  });

  it('that was running when the platform ended runs again; one that had ended does not', async () => {
    const bench = await setUp();
    bench.dispatch.answer = (_, index) => (index === 0 ? {} : { afterMs: 60_000 });
    await bench.add('default', 'done', 'broken');
    await bench.clock.advance(10);
    await bench.restart();
    bench.dispatch.answer = () => ({});
    await bench.clock.advance(10);
    expect(bench.sent()).toEqual(['done', 'broken', 'broken']);
    // Nothing was wrong with it.
    expect(headerOf(bench.dispatch.sent[2]?.request.headers, 'X-AppEngine-TaskRetryCount')).toBe('0');
  });

  it('may end within the time that closing leaves it', async () => {
    const bench = await setUp();
    bench.dispatch.answer = () => ({ afterMs: 3000 });
    await bench.add('default', 'one');
    await bench.clock.advance(1);
    const closing = bench.queues.close({ graceMs: 5000 });
    await bench.clock.advance(5000);
    await closing;
    await bench.restart();
    expect(bench.state('default')?.tasks).toBe(0);
    await expect(bench.queues.addTasks('shop', 'default', [])).resolves.toEqual([]);
  });

  it('that was deleted while it ran is not there again afterwards', async () => {
    const bench = await setUp();
    bench.dispatch.answer = () => ({ status: 500, afterMs: 1000 });
    await bench.add('default', 'one', 'two');
    await bench.clock.advance(1);
    expect(await bench.queues.deleteTasks('shop', 'default', ['one', 'two', 'three'])).toEqual([
      'deleted',
      'deleted',
      'not-found',
    ]);
    expect(await bench.queues.deleteTasks('shop', 'default', ['one'])).toEqual(['gone-before']);
    await bench.clock.advance(60_000);
    expect(bench.dispatch.sent).toHaveLength(2);
  });

  it('is not repeated for as long as its end can not be written down', async () => {
    let isFull = false;
    const fullDisk = (store: StateStore): StateStore => ({
      ...store,
      transaction: (work) => {
        if (isFull) throw new Error('disk full');
        return store.transaction(work);
      },
    });
    const bench = await setUp([fast], fullDisk);
    await bench.add('fast', 'one');
    isFull = true;
    await bench.clock.advance(60_000);
    expect(bench.sent()).toEqual(['one']);
    expect(bench.logs.messages).toEqual(['queue fast: the end of task one could not be written down: disk full']);
    await expect(bench.add('fast', 'two')).rejects.toThrow('disk full');
    isFull = false;
    await bench.clock.advance(60_000);
    expect(bench.sent()).toEqual(['one']);
    expect(bench.state('fast')?.tasks).toBe(0);
  });
});
