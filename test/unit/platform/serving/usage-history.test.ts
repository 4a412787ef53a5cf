/** What an instance is told about its own use. */
import { expect, it } from 'vitest';
import { UsageHistory } from '../../../../src/platform/serving/usage-history.ts';

it('knows nothing at first', () => {
  expect(new UsageHistory().statistics()).toEqual({
    memoryBytes: { current: 0, average1m: 0, average10m: 0 },
    cpuSeconds: { total: 0, rate1m: 0, rate10m: 0 },
  });
});

it('averages memory and rates of processor time over one and ten minutes', () => {
  const history = new UsageHistory();
  // Nine idle minutes with 100 bytes, then one busy minute with 200.
  for (let second = 0; second <= 600; second += 5) {
    const isBusy = second > 540;
    history.add(second * 1000, { memoryBytes: isBusy ? 200 : 100, cpuSeconds: isBusy ? (second - 540) / 2 : 0 });
  }
  const { memoryBytes, cpuSeconds } = history.statistics();
  expect(memoryBytes.current).toBe(200);
  expect(memoryBytes.average1m).toBeGreaterThan(190);
  expect(memoryBytes.average10m).toBeCloseTo(110, 0);
  expect(cpuSeconds.total).toBe(30);
  expect(cpuSeconds.rate1m).toBeCloseTo(0.5);
  expect(cpuSeconds.rate10m).toBeCloseTo(0.05, 2);
});

it('forgets what is older than ten minutes, and keeps readings that come fast from filling it', () => {
  const history = new UsageHistory();
  history.add(0, { memoryBytes: 1_000_000, cpuSeconds: 0 });
  for (let ms = 600_000; ms <= 610_000; ms += 10) history.add(ms, { memoryBytes: 10, cpuSeconds: 1 });
  expect(history.statistics().memoryBytes.average10m).toBe(10);
});

it('never has a negative rate', () => {
  const history = new UsageHistory();
  history.add(0, { memoryBytes: 1, cpuSeconds: 50 });
  history.add(10_000, { memoryBytes: 1, cpuSeconds: 5 });
  expect(history.statistics().cpuSeconds.rate1m).toBe(0);
});
