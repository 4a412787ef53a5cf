import { describe, expect, it } from 'vitest';
import type { QueueRetry } from '../../../src/model/settings.ts';
import type { LeaseRequest } from '../../../src/model/task-queue.ts';
import { START, setUp } from './queue-bench.ts';

async function withTasks(tasks: readonly (readonly [name: string, tag?: string])[], retry?: QueueRetry) {
  const bench = await setUp([{ name: 'work', mode: 'pull', ...(retry ? { retry } : {}) }]);
  await bench.queues.addTasks(
    'shop',
    'work',
    tasks.map(([name, tag]) => ({ name, payload: Buffer.from(name), ...(tag === undefined ? {} : { tag }) })),
  );
  const lease = (change: Partial<LeaseRequest> = {}) =>
    bench.queues.lease('shop', 'work', { count: 10, seconds: 60, ...change });
  return {
    ...bench,
    get queues() {
      return bench.queues;
    },
    lease,
    names: async (change: Partial<LeaseRequest> = {}) => (await lease(change)).map(({ name }) => name),
  };
}

describe('a pull queue', () => {
  it('6.1f leases tasks for a time, to one at a time, and gives them out again when it is over', async () => {
    const bench = await withTasks([['a'], ['b'], ['c']]);
    expect(await bench.lease({ count: 2 })).toEqual([
      { name: 'a', payload: Buffer.from('a'), leasedUntilMs: START + 60_000, leases: 1 },
      { name: 'b', payload: Buffer.from('b'), leasedUntilMs: START + 60_000, leases: 1 },
    ]);
    expect(await bench.names()).toEqual(['c']);
    expect(bench.queues.tasks('shop', 'work').map(({ state }) => state)).toEqual(['leased', 'leased', 'leased']);
    await bench.clock.advance(59_999);
    expect(await bench.names()).toEqual([]);
    expect(await bench.queues.deleteTasks('shop', 'work', ['a'])).toEqual(['deleted']);
    await bench.clock.advance(1);
    expect(await bench.lease({ count: 1 })).toMatchObject([{ name: 'b', leases: 2 }]);
    expect(bench.dispatch.sent).toEqual([]);
  });

  it('leases what belongs together', async () => {
    const tasks = [['a', 'x'], ['b', 'y'], ['c', 'x'], ['d'], ['e']] as const;
    const bench = await withTasks(tasks);
    expect(await bench.names({ tag: 'y' })).toEqual(['b']);
    expect(await bench.names({ groupByTag: true })).toEqual(['a', 'c']);
    expect(await bench.names({ groupByTag: true })).toEqual(['d', 'e']);
    expect(await bench.names({ groupByTag: true })).toEqual([]);
  });

  it('keeps leases over a restart', async () => {
    const bench = await withTasks([['a']]);
    const [leased] = await bench.lease();
    await bench.restart();
    expect(await bench.queues.lease('shop', 'work', { count: 1, seconds: 1 })).toEqual([]);
    const until = await bench.queues.modifyLease('shop', 'work', {
      task: 'a',
      leasedUntilMs: leased?.leasedUntilMs ?? 0,
      seconds: 600,
    });
    expect(until).toBe(START + 600_000);
  });

  it('lets the holder of a lease change its end, and nobody else', async () => {
    const bench = await withTasks([['a'], ['b']]);
    const [a] = await bench.lease({ count: 1 });
    const change = (leasedUntilMs: number, seconds: number, task = 'a') =>
      bench.queues.modifyLease('shop', 'work', { task, leasedUntilMs, seconds });
    const until = await change(a?.leasedUntilMs ?? 0, 120);
    await expect(change(a?.leasedUntilMs ?? 0, 120)).rejects.toMatchObject({ code: 'task.lease-expired' });
    await expect(change(START, 10, 'b')).rejects.toMatchObject({ code: 'task.lease-expired' });
    await expect(change(until, 10, 'none')).rejects.toMatchObject({ code: 'task.not-found' });
    await expect(change(until, 7 * 86_400 + 1)).rejects.toMatchObject({ code: 'task.lease-invalid' });
    expect(await change(until, 0)).toBe(START);
    expect(await bench.lease({ count: 1 })).toMatchObject([{ name: 'a', leases: 2 }]);
    await bench.clock.advance(60_000);
    await expect(change(START + 60_000, 10)).rejects.toMatchObject({ code: 'task.lease-expired' });
  });

  it('gives a task up when it was leased as often as its limit says', async () => {
    const bench = await withTasks([['a'], ['b']], { taskRetryLimit: 2 });
    for (const leases of [1, 2]) {
      expect(await bench.lease()).toMatchObject([{ leases }, { leases }]);
      await bench.clock.advance(60_000);
    }
    expect(await bench.lease()).toEqual([]);
    expect(bench.state('work')?.tasks).toBe(0);
    expect(bench.logs.messages).toEqual([
      'queue work: task a was given up after 2 leases',
      'queue work: task b was given up after 2 leases',
    ]);
    expect(await bench.add('work', 'a')).toMatchObject([{ outcome: 'name-used' }]);
  });

  it.each<[Partial<LeaseRequest>, RegExp]>([
    [{ count: 0 }, /no number of tasks from 1 to 1000/],
    [{ count: 1001 }, /no number of tasks from 1 to 1000/],
    [{ count: 1.5 }, /no number of tasks/],
    [{ seconds: -1 }, /no time from 0 to 604800 seconds/],
    [{ seconds: 604_801 }, /no time from 0 to 604800 seconds/],
    [{ tag: 'x', groupByTag: false }, /not to group by it/],
  ])('refuses a lease of %j', async (change, reason) => {
    const bench = await withTasks([['a']]);
    await expect(bench.lease(change)).rejects.toThrow(reason);
  });

  it('leases nothing while it is paused, and nothing from push queues', async () => {
    const bench = await withTasks([['a']]);
    await bench.queues.pause('shop', 'work');
    await expect(bench.lease()).rejects.toMatchObject({ code: 'queue.paused' });
    const request = { count: 1, seconds: 1 };
    await expect(bench.queues.lease('shop', 'default', request)).rejects.toMatchObject({ code: 'queue.wrong-mode' });
    await expect(bench.queues.runNow('shop', 'work', 'a')).rejects.toMatchObject({ code: 'queue.wrong-mode' });
    bench.upload({ queues: [] });
    await expect(bench.lease()).rejects.toMatchObject({ code: 'queue.disabled' });
  });
});
