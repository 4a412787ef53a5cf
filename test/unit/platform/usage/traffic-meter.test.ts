import { describe, expect, it } from 'vitest';
import type { LogRecord, RequestLog } from '../../../../src/model/log.ts';
import { LatencyHistogram } from '../../../../src/platform/usage/latency-histogram.ts';
import { TrafficMeter } from '../../../../src/platform/usage/traffic-meter.ts';
import { createFakeClock } from '../../../fake-clock.ts';

function requestLog(timeMs: number, latencyMs: number, status = 200): RequestLog {
  const name = { application: 'shop', module: 'default', version: 'v1' };
  const request = { method: 'GET', resource: '/', httpVersion: 'HTTP/1.1', responseSize: 1, ip: '', host: '' };
  return { kind: 'request', level: 'info', timeMs, latencyMs, pendingMs: 0, status, ...name, ...request };
}

describe('latencies', () => {
  it('are within five per cent, whatever the number of requests', () => {
    const histogram = new LatencyHistogram();
    for (let ms = 1; ms <= 1000; ms += 1) histogram.add(ms);
    expect(histogram.percentileMs(0.5)).toBeGreaterThan(500 / 1.06);
    expect(histogram.percentileMs(0.5)).toBeLessThan(500 * 1.06);
    expect(histogram.percentileMs(0.95)).toBeGreaterThan(950 / 1.06);
    expect(histogram.percentileMs(0.95)).toBeLessThan(950 * 1.06);
    expect(new LatencyHistogram().percentileMs(0.5)).toBeUndefined();
  });
});

describe('the traffic meter', () => {
  function rig(past: readonly LogRecord[] = []) {
    const clock = createFakeClock();
    const followers = new Set<(record: LogRecord) => void>();
    const meter = new TrafficMeter(
      {
        query: async () => past,
        follow: (_, onRecord) => {
          followers.add(onRecord);
          return () => followers.delete(onRecord);
        },
      },
      clock,
    );
    const tell = (record: LogRecord) => {
      for (const follower of followers) follower(record);
    };
    return { clock, followers, meter, tell };
  }

  it('counts what was before somebody looked, and what comes after', async () => {
    const startMs = createFakeClock().now();
    const { clock, meter, tell } = rig([requestLog(startMs - 5000, 20), requestLog(startMs - 4000, 20, 500)]);
    expect((await meter.recent('shop', 10_000)).versions).toMatchObject([
      { requests: 2, errors: 1, requestsPerSecond: 0.2 },
    ]);
    tell(requestLog(clock.now(), 10));
    tell({ ...requestLog(clock.now(), 10), flush: { requestStartedAtMs: clock.now() } });
    expect((await meter.recent('shop', 10_000)).versions[0]).toMatchObject({ requests: 3 });
    await clock.advance(8000);
    expect((await meter.recent('shop', 10_000)).versions[0]).toMatchObject({ requests: 1, errors: 0 });
    await clock.advance(59_000);
    expect(await meter.recent('shop', 600_000)).toEqual({ windowMs: 60_000, versions: [] });
  });

  it('counts nothing while nobody looks', async () => {
    const { clock, followers, meter } = rig();
    await Promise.all([meter.recent('shop', 1000), meter.recent('shop', 1000)]);
    expect(followers.size).toBe(1);
    await clock.advance(61_000);
    expect(followers.size).toBe(0);
    await meter.recent('shop', 1000);
    expect(followers.size).toBe(1);
    meter.close();
    await clock.advance(0);
    expect(followers.size).toBe(0);
  });
});
