import { expect, it } from 'vitest';
import type { StateStore } from '../../../../src/platform/store/state-store.ts';
import { DailyUsage } from '../../../../src/platform/usage/daily-usage.ts';
import { createFakeClock } from '../../../fake-clock.ts';
import { memoryStore } from '../../../platform/memory-store.ts';

const DAY = 24 * 3_600_000;

it('adds up by application, day and name, and is durable within 10 seconds', async () => {
  const clock = createFakeClock(Date.UTC(2026, 0, 1, 20));
  const store = await memoryStore();
  const daily = new DailyUsage(store, clock);
  daily.add('a', 'response-bytes', 3);
  daily.add('a', 'response-bytes', 4);
  daily.add('a', 'socket-bytes-sent', 0);
  daily.add('b', 'socket-bytes-sent', 5);
  const rows = () => store.all('SELECT application, name, amount FROM daily_usage ORDER BY application');
  expect(rows()).toEqual([]);
  await clock.advance(10_000);
  expect(rows()).toEqual([
    { application: 'a', name: 'response-bytes', amount: 7 },
    { application: 'b', name: 'socket-bytes-sent', amount: 5 },
  ]);
  expect(clock.pendingTimers).toBe(0);
  daily.add('a', 'response-bytes', 1);
  daily.close();
  expect(rows()[0]).toMatchObject({ amount: 8 });
});

it('knows the days before today, also across the long one in November', async () => {
  const clock = createFakeClock(Date.UTC(2026, 10, 2, 12));
  const daily = new DailyUsage(await memoryStore(), clock);
  expect([0, 1, 2, 33].map((days) => daily.dayBefore(days))).toEqual([
    ...['2026-11-02', '2026-11-01', '2026-10-31', '2026-09-30'],
  ]);
});

it('forgets days that are older than 400', async () => {
  const clock = createFakeClock(Date.UTC(2026, 0, 1, 20));
  const daily = new DailyUsage(await memoryStore(), clock);
  daily.add('a', 'response-bytes', 1);
  await clock.advance(DAY);
  expect(daily.amounts('a', '2000-01-01')).toHaveLength(1);
  await clock.advance(399 * DAY);
  expect(daily.amounts('a', '2000-01-01')).toHaveLength(1);
  await clock.advance(2 * DAY);
  expect(daily.amounts('a', '2000-01-01')).toEqual([]);
});

it('a full disk neither keeps the platform from starting nor loses what is counted', async () => {
  const clock = createFakeClock();
  const store = await memoryStore();
  let isFull = true;
  const failing: StateStore = {
    ...{ run: store.run.bind(store), get: store.get.bind(store), all: store.all.bind(store), close: () => {} },
    transaction: (work) => {
      if (isFull) throw new Error('disk full');
      return store.transaction(work);
    },
  };
  const daily = new DailyUsage(failing, clock);
  daily.add('a', 'response-bytes', 1);
  await clock.advance(60_000);
  isFull = false;
  await clock.advance(60_000);
  expect(daily.amounts('a', '2000-01-01')).toMatchObject([{ amount: 1 }]);
});
