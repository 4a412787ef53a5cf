/** Counted requests -> metrics. */
import type { MetricFamily, Sample } from './exposition.ts';
import { LATENCY_BOUNDS_MS, type RequestCounts } from './request-counters.ts';

export function requestFamilies(counts: readonly RequestCounts[]): readonly MetricFamily[] {
  return [
    {
      name: 'appcfg_http_requests_total',
      type: 'counter',
      help: 'Requests that ended, by the first digit of their status.',
      samples: counts.flatMap(statusSamples),
    },
    {
      name: 'appcfg_http_request_duration_seconds',
      type: 'histogram',
      help: 'From the head of a request to the end of its response; of a WebSocket its whole life.',
      samples: counts.flatMap(latencySamples),
    },
    {
      name: 'appcfg_http_outgoing_bytes_total',
      type: 'counter',
      help: 'Bytes of response bodies to clients outside the platform.',
      samples: counts.map((one) => ({ labels: labelsOf(one), value: one.outgoingBytes })),
    },
  ];
}

function labelsOf({ application, module, version }: RequestCounts) {
  return { application, module, version };
}

function statusSamples(counts: RequestCounts): readonly Sample[] {
  return [...counts.statuses].flatMap((value, family): readonly Sample[] =>
    value === 0 ? [] : [{ labels: { ...labelsOf(counts), status: `${family}xx` }, value }],
  );
}

function latencySamples(counts: RequestCounts): readonly Sample[] {
  const labels = labelsOf(counts);
  let total = 0;
  const buckets = [...LATENCY_BOUNDS_MS, Number.POSITIVE_INFINITY].map((bound, index): Sample => {
    total += counts.latencies[index] ?? 0;
    const le = bound === Number.POSITIVE_INFINITY ? '+Inf' : String(bound / 1000);
    return { suffix: '_bucket', labels: { ...labels, le }, value: total };
  });
  return [
    ...buckets,
    { suffix: '_sum', labels, value: counts.latencySumMs / 1000 },
    { suffix: '_count', labels, value: total },
  ];
}
