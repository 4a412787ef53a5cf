import { describe, expect, it } from 'vitest';
import { START, setUp } from './queue-bench.ts';

const DAY = 86_400_000;
const paused = { name: 'paused', mode: 'push', ratePerSecond: 0 } as const;

describe('adding tasks', () => {
  it('gives names to those without one, all of them different', async () => {
    const { queues } = await setUp([paused]);
    const added = await queues.addTasks(
      'shop',
      'paused',
      Array.from({ length: 100 }, () => ({})),
    );
    expect(new Set(added.map(({ name }) => name)).size).toBe(100);
    expect(added.every(({ name, outcome }) => outcome === 'added' && /^\d{20}$/.test(name))).toBe(true);
  });

  it('adds all of a bulk or, when one of them is wrong, none', async () => {
    const { queues, state } = await setUp([paused]);
    await expect(queues.addTasks('shop', 'paused', [{ name: 'good' }, { name: 'not good' }])).rejects.toMatchObject({
      code: 'task.invalid',
      details: { queue: 'paused', task: 'not good' },
    });
    const many = Array.from({ length: 101 }, () => ({}));
    await expect(queues.addTasks('shop', 'paused', many)).rejects.toMatchObject({ code: 'task.too-many' });
    expect(state('paused')?.tasks).toBe(0);
  });

  it('adds a name once, and the others of the bulk all the same', async () => {
    const bench = await setUp([paused]);
    await bench.add('paused', 'a');
    expect(await bench.add('paused', 'b', 'a', 'b', 'c')).toEqual([
      { outcome: 'added', name: 'b' },
      { outcome: 'exists', name: 'a' },
      { outcome: 'exists', name: 'b' },
      { outcome: 'added', name: 'c' },
    ]);
    expect(await bench.add('default', 'a')).toMatchObject([{ outcome: 'added' }]);
  });

  it('6.1f remembers a name for 9 days after its task was done, given up, deleted or purged', async () => {
    const bench = await setUp([
      paused,
      { name: 'work', mode: 'push', ratePerSecond: 100, bucketSize: 10, retry: { taskRetryLimit: 0 } },
    ]);
    bench.dispatch.answer = (_, index) => ({ status: index === 0 ? 200 : 500 });
    await bench.add('work', 'done');
    await bench.clock.advance(10);
    await bench.add('work', 'given-up');
    await bench.add('paused', 'deleted', 'purged');
    await bench.clock.advance(10);
    await bench.queues.deleteTasks('shop', 'paused', ['deleted']);
    expect(await bench.queues.purge('shop', 'paused')).toBe(1);
    await bench.restart();
    const again = async () => [
      ...(await bench.add('work', 'done', 'given-up')),
      ...(await bench.add('paused', 'deleted', 'purged')),
    ];
    expect((await again()).map(({ outcome }) => outcome)).toEqual(Array.from({ length: 4 }, () => 'name-used'));
    await bench.clock.advance(9 * DAY - 100);
    expect((await again()).map(({ outcome }) => outcome)).toEqual(Array.from({ length: 4 }, () => 'name-used'));
    await bench.clock.advance(3_700_000);
    expect((await again()).map(({ outcome }) => outcome)).toEqual(Array.from({ length: 4 }, () => 'added'));
  });

  it('does not go beyond the storage that queue.yaml allows', async () => {
    const bench = await setUp();
    bench.upload({ queues: [{ name: 'work', mode: 'pull' }], totalStorageLimitBytes: 1000 });
    await bench.queues.addTasks('shop', 'work', [{ payload: Buffer.alloc(900) }]);
    await expect(bench.queues.addTasks('shop', 'work', [{ payload: Buffer.alloc(101) }])).rejects.toMatchObject({
      code: 'queue.full',
    });
    await bench.queues.addTasks('shop', 'work', [{ payload: Buffer.alloc(100) }]);
  });

  it('6.1f names the queues there are when there is no such queue', async () => {
    const { queues } = await setUp([paused]);
    await expect(queues.addTasks('shop', 'none', [{}])).rejects.toMatchObject({
      code: 'queue.not-found',
      details: { known: ['default', 'paused'] },
    });
    await expect(queues.addTasks('nobody', 'default', [{}])).rejects.toMatchObject({ code: 'application.not-found' });
    await expect(queues.purge('shop', 'none')).rejects.toMatchObject({ code: 'queue.not-found' });
  });

  it('keeps what a task brings until it runs', async () => {
    const bench = await setUp();
    const payload = Buffer.from([0, 1, 2, 255, 10, 13]);
    await bench.queues.addTasks('shop', 'default', [
      {
        name: 'one',
        method: 'PUT',
        url: '/work?a=%20',
        headers: [['X-Mine', 'ü']],
        payload,
        target: 'uno.worker',
        etaMs: START + 1000,
      },
    ]);
    await bench.restart();
    await bench.clock.advance(1000);
    expect(bench.dispatch.sent[0]?.request).toMatchObject({
      method: 'PUT',
      path: '/work?a=%20',
      host: 'uno.worker.shop.localhost:8080',
      headers: expect.arrayContaining([['X-Mine', 'ü']]),
    });
    expect(Buffer.from(bench.dispatch.sent[0]?.request.body ?? [])).toEqual(payload);
  });

  it('lists tasks in the order of their times', async () => {
    const bench = await setUp([paused]);
    await bench.queues.addTasks('shop', 'paused', [
      { name: 'second', delayMs: 2000, url: '/x', payload: Buffer.from('abc') },
      { name: 'first', delayMs: 1000 },
      { name: 'third', delayMs: 3000 },
    ]);
    const tasks = bench.queues.tasks('shop', 'paused', 2);
    expect(tasks.map(({ name }) => name)).toEqual(['first', 'second']);
    expect(tasks[1]).toEqual({
      name: 'second',
      eta: '2026-01-01T00:00:02.000Z',
      createdAt: '2026-01-01T00:00:00.000Z',
      state: 'waiting',
      method: 'POST',
      url: '/x',
      size: 'POST/xabc'.length,
      attempts: 0,
    });
  });
});
