import { describe, expect, it } from 'vitest';
import { renderInstances } from '../../../../src/cli/render/instances.ts';
import { plainStyle } from '../../../../src/cli/render/style.ts';
import type { InstanceSummary } from '../../../../src/model/instance.ts';

const instance: InstanceSummary = {
  application: 'shop',
  module: 'default',
  version: 'uno',
  id: '0',
  reason: '',
  state: 'ready',
  requestsInFlight: 0,
  requests: 0,
  errors: 0,
  averageLatencyMs: 0,
  restarts: 0,
};

describe('the table of instances', () => {
  it.each(['kernel', 'advisory', 'unrestricted'] as const)('says that sockets are %s', (egress) => {
    const [head = '', row = ''] = renderInstances([{ ...instance, egress }], plainStyle, 0).split('\n');
    expect(row.slice(head.indexOf('SOCKETS')).trim()).toMatch(new RegExp(`^${egress}\\b`));
  });
});

it('shows memory, processor time, uptime, requests, state and its reason', () => {
  const started = { startedAt: '2026-01-01T00:00:00.000Z', pid: 4711, memoryBytes: 52_000_000, restarts: 2 };
  const busy: InstanceSummary = {
    ...instance,
    ...{ ...started, requests: 1234, errors: 5, averageLatencyMs: 12.4, cpuSeconds: 3.21, cpuUtilization: 0.257 },
    reason: 'takes requests',
  };
  const failed: InstanceSummary = { ...instance, id: '1', state: 'failed', reason: 'exited with code \u001b[31m1' };
  const table = renderInstances([busy, failed], plainStyle, Date.UTC(2026, 0, 1, 1, 3)).split('\n');
  expect(table.map((line) => line.replaceAll(/ {2,}/g, '|'))).toEqual([
    'MODULE|VERSION|INSTANCE|STATE|PID|UPTIME|REQUESTS|ERRORS|LATENCY|MEMORY|CPU|SOCKETS|RESTARTS|REASON',
    'default|uno|0|ready|4711|1 h 3 min|1234|5|12 ms|52 MB|3.2 s (26%)|2|takes requests',
    'default|uno|1|failed|0|0|0|exited with code 1',
  ]);
});
