import { describe, expect, it } from 'vitest';
import { expositionText } from '../../../../src/platform/metrics/exposition.ts';
import { RequestCounters } from '../../../../src/platform/metrics/request-counters.ts';
import { requestFamilies } from '../../../../src/platform/metrics/request-families.ts';
import { DailyUsage } from '../../../../src/platform/usage/daily-usage.ts';
import { createFakeClock } from '../../../fake-clock.ts';
import { parseExposition } from '../../../platform/exposition-parser.ts';
import { memoryStore } from '../../../platform/memory-store.ts';
import { desiredOf, specOf } from '../serving/serving-world.ts';

describe('the text format', () => {
  it('escapes what labels and help texts may hold, and is read back as it was', () => {
    const value = 'a "quoted" \\ back\nslash, {braces} = and ü';
    const text = expositionText([
      { name: 'a_total', type: 'counter', help: 'one \\ two\nthree', samples: [{ labels: { value }, value: 1.5e300 }] },
      { name: 'empty', type: 'gauge', help: 'nothing', samples: [] },
      { name: 'b', type: 'gauge', help: 'without labels', samples: [{ value: Number.POSITIVE_INFINITY }] },
    ]);
    const families = parseExposition(text);
    expect([...families.keys()]).toEqual(['a_total', 'b']);
    expect(families.get('a_total')?.samples).toEqual([{ name: 'a_total', labels: { value }, value: 1.5e300 }]);
    expect(families.get('b')?.samples[0]?.value).toBe(Number.POSITIVE_INFINITY);
  });

  it.each([
    ['a sample without a type', 'a 1\n'],
    ['no end of line', '# HELP a x\n# TYPE a gauge\na 1'],
    ['a counter without its name', '# HELP a x\n# TYPE a counter\na 1\n'],
    ['a series twice', '# HELP a x\n# TYPE a gauge\na{b="1"} 1\na{b="1"} 2\n'],
    ['an open quote', '# HELP a x\n# TYPE a gauge\na{b="1} 1\n'],
    ['no number', '# HELP a x\n# TYPE a gauge\na 1,5\n'],
    ['a family without samples', '# HELP a x\n# TYPE a gauge\n# HELP b x\n# TYPE b gauge\nb 1\n'],
    ['an empty line', '# HELP a x\n# TYPE a gauge\n\na 1\n'],
    [
      'buckets that shrink',
      '# HELP a x\n# TYPE a histogram\na_bucket{le="1"} 2\na_bucket{le="+Inf"} 1\na_sum 1\na_count 1\n',
    ],
  ])('the parser of these tests refuses %s', (_, text) => {
    expect(() => parseExposition(text)).toThrow();
  });
});

describe('counted requests', () => {
  async function counters() {
    const clock = createFakeClock();
    const daily = new DailyUsage(await memoryStore(), clock);
    return { clock, daily, counters: new RequestCounters(daily) };
  }
  const { deployment } = desiredOf(specOf({ type: 'automatic' }));

  it('are a histogram of latencies and counters by status', async () => {
    const { counters: all } = await counters();
    for (const [status, ms] of [
      [200, 1],
      [200, 5],
      [204, 5.1],
      [404, 70],
      [500, 61_000],
      [101, 0],
    ] as const) {
      all.count(deployment, status, ms, 10);
    }
    const families = parseExposition(expositionText(requestFamilies(all.counts(() => true))));
    const labels = { application: 'simple-sample', module: 'default', version: 'uno' };
    const requests = families.get('appcfg_http_requests_total')?.samples ?? [];
    expect(Object.fromEntries(requests.map((sample) => [sample.labels.status, sample.value]))).toEqual({
      ...{ '1xx': 1, '2xx': 3, '4xx': 1, '5xx': 1 },
    });
    const histogram = families.get('appcfg_http_request_duration_seconds')?.samples ?? [];
    const bucket = (le: string) => histogram.find((sample) => sample.labels.le === le)?.value;
    expect(['0.005', '0.01', '0.1', '60', '+Inf'].map(bucket)).toEqual([3, 4, 5, 5, 6]);
    expect(histogram.find(({ name }) => name.endsWith('_sum'))?.value).toBeCloseTo(61.0811, 6);
    expect(families.get('appcfg_http_outgoing_bytes_total')?.samples).toEqual([
      { name: 'appcfg_http_outgoing_bytes_total', labels, value: 60 },
    ]);
  });

  it('go on when a version is deployed anew, and are forgotten with the version', async () => {
    const { counters: all, daily } = await counters();
    all.count(deployment, 200, 1, 10);
    all.count({ ...deployment, deploymentId: '2' }, 200, 1, 10);
    expect(all.counts(() => true)).toMatchObject([{ version: 'uno', outgoingBytes: 20 }]);
    // Not before what it sent is part of the day.
    expect(all.counts(() => false)).toHaveLength(1);
    expect(daily.amounts('simple-sample', '2000-01-01')).toMatchObject([{ name: 'response-bytes', amount: 20 }]);
    expect(all.counts(() => false)).toEqual([]);
  });

  it('belong to the day on which they ended', async () => {
    const clock = createFakeClock(Date.UTC(2026, 5, 15, 6, 59, 59));
    const daily = new DailyUsage(await memoryStore(), clock);
    const all = new RequestCounters(daily);
    all.count(deployment, 200, 1, 7);
    await clock.advance(2_000);
    all.count(deployment, 200, 1, 9);
    expect(daily.amounts('simple-sample', '2000-01-01')).toEqual([
      { day: '2026-06-15', name: 'response-bytes', amount: 9 },
      { day: '2026-06-14', name: 'response-bytes', amount: 7 },
    ]);
  });
});
