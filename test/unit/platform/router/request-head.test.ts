import { describe, expect, it } from 'vitest';
import { cookieValue, headerValue, readHead } from '../../../../src/platform/router/request-head.ts';

/** Header names that reach the application, of one header sent. */
function passed(name: string, value = 'x'): readonly string[] {
  return readHead(['Host', 'h', name, value]).passing;
}

// Names after X-AppEngine- that only the platform may send (App Engine's "Request headers" and its front ends' lists).
const owned =
  `Api-Ticket Auth-Domain BackgroundRequest BlobChunkSize BlobSize BlobUpload City CityLatLong Country Cron Current-Namespace
  Datacenter Default-Namespace Default-Version-Hostname Dev-Request-Id Dev-Anything FailFast Fake-Is-Admin Fake-Logged-In
  Federated-Identity Federated-Provider Gaia-Authuser Gaia-Id Gaia-Session Https Inbound-AppId Inbound-User-Email
  Inbound-User-Id Inbound-User-Is-Admin LOAS-Peer-Username Appserver-Datacenter Appserver-Task-Bns QueueName Region Remote-Addr
  Request-Id-Hash Request-Log-Id TaskETA TaskExecutionCount TaskName TaskPreviousResponse TaskRetryCount TaskRetryReason
  Timeout-Ms Trusted-IP-Request Upload-Creation User-Email User-Id User-Is-Admin User-IP User-Nickname User-Organization
  Version`.split(/\s+/);

describe('headers from outside', () => {
  it.each(owned)('V5 V6 3.3b X-AppEngine-%s is stripped in every spelling', (name) => {
    for (const spelling of [
      `X-AppEngine-${name}`,
      `X-Appengine-${name}`,
      `x-appengine-${name.toLowerCase()}`,
      `X_AppEngine_${name.replaceAll('-', '_')}`,
    ]) {
      expect(passed(spelling)).toEqual([]);
    }
  });

  it.each([
    'X-Google-Internal-SkipAdminCheck',
    'x-google-anything',
    'X_Google_Anything',
    'X-CloudTasks-QueueName',
    'X-CloudScheduler',
    'X-CloudScheduler-JobName',
    'Keep-Alive',
    'Proxy-Authorization',
    'Proxy-Connection',
    'TE',
    'Trailer',
    'Upgrade',
    'X-Forwarded-For',
    'X-Forwarded-Proto',
    'X-Cloud-Trace-Context',
    'Accept-Encoding',
    'Expect',
  ])('3.3a 3.3c %s is not passed on', (name) => {
    expect(passed(name)).toEqual([]);
  });

  it.each([
    'X-AppEngine-Foo',
    'X-Anything',
    'Authorization',
    'Cookie',
    'Accept',
    'Range',
    'X-Forwarded-Host',
    'Origin',
  ])('3.3d %s is passed on as it was written', (name) => {
    expect(passed(name, 'Va Lue')).toEqual([name, 'Va Lue']);
  });

  it('3.3a leaves out what Connection names, but never the framing', () => {
    const head = readHead([
      'Host',
      'h',
      'Connection',
      'keep-alive, X-Hop',
      'x-hop',
      '1',
      'X-Stay',
      '2',
      'Content-Length',
      '5',
    ]);
    expect(head.passing).toEqual(['X-Stay', '2']);
    expect(head.contentLength).toBe(5);
  });

  it('collects what the router needs', () => {
    const head = readHead([
      'Host',
      'a',
      'Host',
      'b',
      'Cookie',
      'x=1',
      'Cookie',
      'y=2',
      'Transfer-Encoding',
      'chunked',
      'User-Agent',
      'ua',
    ]);
    expect(head).toMatchObject({
      hostCount: 2,
      cookie: 'x=1; y=2',
      isChunked: true,
      userAgent: 'ua',
    });
  });

  it('is not confused by more names than it remembers', () => {
    for (let index = 0; index < 5000; index += 1) passed(`X-Noise-${index}`);
    expect(passed('X-AppEngine-Cron')).toEqual([]);
    expect(passed('x-appENGINE-cron')).toEqual([]);
  });
});

describe('cookies and single headers', () => {
  it.each([
    ['a=1; b=2', 'b', '2'],
    ['a=1;b=2', 'b', '2'],
    ['ab=1; b=2', 'b', '2'],
    ['a=b=c', 'a', 'b=c'],
    ['a=1; a=2', 'a', '1'],
    ['xb=1', 'b', undefined],
    ['b', 'b', undefined],
    ['', 'b', undefined],
    [undefined, 'b', undefined],
  ])('%s: %s', (cookies, name, value) => {
    expect(cookieValue(cookies, name)).toBe(value);
  });

  it('finds a header in any case', () => {
    expect(headerValue(['If-None-MATCH', 'x'], 'if-none-match')).toBe('x');
    expect(headerValue(['A', 'if-none-match'], 'if-none-match')).toBeUndefined();
  });
});
