import { expect, it } from 'vitest';
import { logText, renderLogRecord } from '../../../../src/cli/render/log-record.ts';
import { plainStyle } from '../../../../src/cli/render/style.ts';
import type { RequestLog } from '../../../../src/model/log.ts';

const request: RequestLog = {
  ...{ kind: 'request', timeMs: 0, application: 'a', module: 'default', version: 'uno', instance: '0' },
  ...{ requestId: '0123abcd', level: 'info', method: 'GET', resource: '/x?y', httpVersion: 'HTTP/1.1', status: 200 },
  ...{ responseSize: 12, latencyMs: 85.2, pendingMs: 0, ip: '127.0.0.1', host: 'a.localhost' },
};

it('says how long a request waited for an instance, and why it ended otherwise than it should', () => {
  expect(logText(request)).toBe('GET /x?y 200 85 ms 12 B');
  expect(logText({ ...request, pendingMs: 1234 })).toBe('GET /x?y 200 85 ms (waited 1.2 s) 12 B');
  const failed = { ...request, status: 502, exitReason: 'the instance ended\u001b[2J' };
  expect(logText(failed)).toBe('GET /x?y 502 85 ms 12 B: the instance ended');
});

it('shows the request id when it is asked to', () => {
  expect(renderLogRecord(request, plainStyle)).not.toContain('0123abcd');
  expect(renderLogRecord(request, plainStyle, true)).toContain(' I default:uno.0 0123abcd GET /x?y');
});
