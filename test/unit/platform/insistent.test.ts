import { expect, it } from 'vitest';
import { insistent } from '../../../src/platform/insistent.ts';
import { createFakeClock } from '../../fake-clock.ts';

function failing(times: number) {
  const clock = createFakeClock();
  const calls = { made: 0 };
  const run = insistent(clock, () => {
    calls.made += 1;
    if (calls.made <= times) throw new Error('the disk is full');
  });
  return { clock, calls, run };
}

it('says that it failed, and tries again until it is done', async () => {
  const { clock, calls, run } = failing(3);
  expect(run).toThrow('the disk is full');
  await clock.advance(60_000);
  expect(calls.made).toBe(4);
  run();
  await clock.advance(60_000);
  expect(calls.made).toBe(5);
});

it('is done at once when it is asked for again', async () => {
  const { clock, calls, run } = failing(1);
  expect(run).toThrow();
  run();
  await clock.advance(60_000);
  expect(calls.made).toBe(2);
});

it('gives up when it is closed', async () => {
  const { clock, calls, run } = failing(100);
  expect(run).toThrow();
  run.close();
  await clock.advance(60_000);
  expect(calls.made).toBe(1);
  expect(clock.pendingTimers).toBe(0);
});
