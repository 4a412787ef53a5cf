import { describe, expect, it } from 'vitest';
import type { ApplicationLog, RequestLog } from '../../../../src/model/log.ts';
import { applicationLines, requestLine } from '../../../../src/operate/request-logs/combined-line.ts';

const request: RequestLog = {
  kind: 'request',
  timeMs: Date.parse('2026-11-21T22:03:07.250Z'),
  application: 'a',
  module: 'default',
  version: 'v1',
  instance: '0',
  requestId: 'r1',
  level: 'info',
  method: 'GET',
  resource: '/path?q=1',
  httpVersion: 'HTTP/1.1',
  status: 200,
  responseSize: 1234,
  latencyMs: 12.6,
  pendingMs: 0.2,
  ip: '192.0.2.1',
  host: 'a.localhost:8080',
  referrer: 'http://there/',
  userAgent: 'curl/8',
};
const plain = { includesHost: false, includesAll: false };

describe('a request', () => {
  it('is a line of the Combined Log Format, with the host and everything else when asked for', () => {
    const line =
      '192.0.2.1 - - [21/Nov/2026:14:03:07 -0800] "GET /path?q=1 HTTP/1.1" 200 1234 "http://there/" "curl/8"';
    expect(requestLine(request, plain)).toBe(line);
    expect(requestLine(request, { ...plain, includesHost: true })).toBe(`${line} "a.localhost:8080"`);
    expect(requestLine({ ...request, taskQueue: 'default', exitReason: 'cut' }, { ...plain, includesAll: true })).toBe(
      `${line} "a.localhost:8080" ms=13 pending_ms=0 queue_name=default instance=0 request_id=r1 exit_reason="cut"`,
    );
  });

  it('has hyphens for what the visitor did not send', () => {
    const { referrer: _, userAgent: __, ...bare } = request;
    expect(requestLine(bare, plain)).toMatch(/ 200 1234 "-" "-"$/);
  });

  it('stays one line with its own fields, whatever visitors send', () => {
    const evil = { ...request, resource: '/"\\\n', userAgent: '\u001b[2J" 200 0 "x', referrer: 'a\rb\u2028' };
    expect(requestLine(evil, plain)).toBe(
      '192.0.2.1 - - [21/Nov/2026:14:03:07 -0800] "GET /\\"\\\\\\x0a HTTP/1.1" 200 1234 "a\\x0db\\x2028" "\\x1b[2J\\" 200 0 \\"x"',
    );
  });
});

it('what was logged begins with a tab, severity and time; further lines with a tab', () => {
  const { timeMs, application, module, version } = request;
  const base = { kind: 'app', timeMs, application, module, version, stream: 'stderr' } as const;
  const log: ApplicationLog = { ...base, level: 'warning', message: 'first\nsecond\t2\u0007' };
  expect(applicationLines(log)).toBe('\t2:1795298587.250000 first\n\tsecond\\x092\\x07');
});
