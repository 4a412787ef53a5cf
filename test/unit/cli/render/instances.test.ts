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
