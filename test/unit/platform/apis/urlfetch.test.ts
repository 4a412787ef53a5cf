/** The rules of fetches that need no network. */
import { describe, expect, it } from 'vitest';
import type { TrafficSplit } from '../../../../src/model/traffic.ts';
import { isPrivateAddress, requireAllowed } from '../../../../src/platform/apis/urlfetch/address-policy.ts';
import { checkedFetch } from '../../../../src/platform/apis/urlfetch/checked-request.ts';
import { fetchFailure } from '../../../../src/platform/apis/urlfetch/fetch-failure.ts';
import { outgoingHeaders } from '../../../../src/platform/apis/urlfetch/outgoing-headers.ts';
import { applicationOfUrl } from '../../../../src/platform/apis/urlfetch/own-hosts.ts';
import type { RoutingTable } from '../../../../src/platform/router/routing-table.ts';
import { ticketRequest } from './caller.ts';

const split: TrafficSplit = { shardBy: 'ip', allocations: { uno: 1 } };

function table(...ids: readonly string[]): RoutingTable {
  const applications = ids.map((id) => {
    const label = id.slice(id.indexOf('~') + 1);
    const { deployment } = ticketRequest({}, { application: id, defaultHostname: `${label}.localhost:8080` });
    const pool = { claim: () => ({ kind: 'refused', refusal: 'stopped', reason: '' }) as const };
    const modules = new Map([
      ['default', { name: 'default', split, versions: new Map([['uno', { deployment, pool }]]) }],
    ]);
    return { id, release: 'r1', modules, dispatch: [], dos: [], domains: label === 'shop' ? ['shop.example'] : [] };
  });
  return { applications: new Map(applications.map((one) => [one.id, one])) };
}

describe('an address of the platform', () => {
  const own = table('s~shop', 'bank');
  it.each([
    ['http://shop.localhost:8080/', 's~shop'],
    ['http://0.uno.my-module.shop.localhost:8080/', 's~shop'],
    ['http://my-module-dot-shop.localhost:8080/', 's~shop'],
    ['http://SHOP.LOCALHOST:8080/', 's~shop'],
    ['https://shop.appspot.com/', 's~shop'],
    ['https://uno-dot-my-module-dot-shop.appspot.com/', 's~shop'],
    ['https://my-module-dot-shop.uc.r.appspot.com/', 's~shop'],
    ['http://shop.example/', 's~shop'],
    ['http://my-module.shop.example/', 's~shop'],
    ['http://bank.localhost:8080/', 'bank'],
    ['http://shop.localhost:8081/', undefined],
    ['http://shop.localhost/', undefined],
    ['http://localhost:8080/', undefined],
    ['http://127.0.0.1:8080/', undefined],
    ['http://myshop.appspot.com/', undefined],
    ['http://shop.appspot.com.evil.example/', undefined],
    ['http://example.com/', undefined],
  ])('%s belongs to %s', (url, application) => {
    expect(applicationOfUrl(own, new URL(url))).toBe(application);
  });
});

describe('headers of a fetch', () => {
  it('5.5d lose what only the platform or the connection may say, in any spelling', () => {
    const kept = outgoingHeaders(
      [
        ...(['Host', 'Content-Length', 'Via', 'X-Forwarded-For', 'Transfer-Encoding', 'Connection'] as const).map(
          (name) => [name, 'x'] as const,
        ),
        ['X-AppEngine-QueueName', 'forged'],
        ['X_AppEngine_Cron', 'true'],
        ['x-google-internal', 'x'],
        ['Bad Name', 'x'],
        ['X-Split', 'a\r\nX-AppEngine-Cron: true'],
        ['X-Mine', 'kept'],
      ],
      'shop',
    );
    expect(kept).toEqual([
      ['X-Mine', 'kept'],
      ['User-Agent', 'AppEngine-Google; (+http://code.google.com/appengine; appid: s~shop)'],
    ]);
  });

  it('carry the own name after the application’s', () => {
    expect(outgoingHeaders([['user-agent', 'mine']], 'e~shop')).toEqual([
      ['User-Agent', 'mine AppEngine-Google; (+http://code.google.com/appengine; appid: e~shop)'],
    ]);
  });
});

describe('a request', () => {
  const request = { Method: 1, Url: 'http://example.com/', header: [] };
  it('5.5d has a deadline of 5 seconds, of a minute at most, of ten in tasks', () => {
    expect(checkedFetch(request, false).deadlineMs).toBe(5_000);
    expect(checkedFetch({ ...request, Deadline: 0.5 }, false).deadlineMs).toBe(500);
    expect(checkedFetch({ ...request, Deadline: 3600 }, false).deadlineMs).toBe(60_000);
    expect(checkedFetch({ ...request, Deadline: 3600 }, true).deadlineMs).toBe(600_000);
  });

  it('has a body only with the methods that have one', () => {
    const Payload = Buffer.from('x');
    expect(checkedFetch({ ...request, Payload }, false).body).toBeUndefined();
    for (const Method of [2, 4, 6]) expect(checkedFetch({ ...request, Method, Payload }, false).body).toBe(Payload);
  });

  it.each(['http://a:81/', 'http://a:90/', 'http://a:440/', 'http://a:1024/', 'https://a/'])(
    '5.5d %s is allowed',
    (Url) => {
      expect(checkedFetch({ ...request, Url }, false).url.href).toBe(Url);
    },
  );

  it.each([
    'http://a:91/',
    'http://a:22/',
    'http://a:1023/',
    'ftp://a/',
    'file:///etc/passwd',
    'a',
    `http://a/${'x'.repeat(10_240)}`,
  ])('%s is an invalid URL', (Url) => {
    expect(() => checkedFetch({ ...request, Url }, false)).toThrow(expect.objectContaining({ code: 1 }));
  });

  it('is refused when its payload or method is', () => {
    const Payload = new Uint8Array(10 * 1024 * 1024 + 1);
    expect(() => checkedFetch({ ...request, Method: 2, Payload }, false)).toThrow(
      expect.objectContaining({ code: 13 }),
    );
    expect(() => checkedFetch({ ...request, Method: 7 }, false)).toThrow(expect.objectContaining({ code: 1 }));
  });
});

describe('where a fetch may connect to', () => {
  const policy = { isProtectedPort: (port: number) => port === 8090 };
  it.each(['127.0.0.1', '127.9.9.9', '::1', '0.0.0.0', '::', '::ffff:127.0.0.1', '::ffff:7f00:1'])(
    'not the platform’s own port at %s',
    (address) => {
      expect(() => requireAllowed({ address, port: 8090 }, policy, false)).toThrow(
        expect.objectContaining({ code: 2 }),
      );
      expect(() => requireAllowed({ address, port: 9000 }, policy, false)).not.toThrow();
    },
  );

  it.each([
    '127.0.0.1',
    '10.1.2.3',
    '172.20.0.1',
    '192.168.1.1',
    '169.254.169.254',
    '100.64.0.1',
    '::1',
    'fd00::1',
    'fe80::1',
    '::ffff:10.0.0.1',
  ])('%s is private: nobody outside may lead there', (address) => {
    expect(isPrivateAddress(address)).toBe(true);
    expect(() => requireAllowed({ address, port: 80 }, policy, true)).toThrow(expect.objectContaining({ code: 2 }));
  });

  it.each(['192.0.2.1', '8.8.8.8', '172.32.0.1', '2001:db8::1'])('%s is public', (address) => {
    expect(isPrivateAddress(address)).toBe(false);
    expect(() => requireAllowed({ address, port: 8090 }, policy, true)).not.toThrow();
  });
});

it.each([
  ['ENOTFOUND', 7],
  ['EAI_AGAIN', 7],
  ['ECONNREFUSED', 12],
  ['ECONNRESET', 8],
  ['HPE_INVALID_CONSTANT', 11],
  ['CERT_HAS_EXPIRED', 6],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', 6],
  ['ERR_TLS_CERT_ALTNAME_INVALID', 6],
  ['SOMETHING_ELSE', 2],
])('%s is error %i', (code, expected) => {
  const error = Object.assign(new Error('it failed'), { code });
  const url = new URL('http://example.com/path?secret=1');
  expect(fetchFailure(error, url)).toMatchObject({ code: expected });
  expect(fetchFailure(new AggregateError([new Error('first'), error]), url)).toMatchObject({ code: expected });
  expect(fetchFailure(error, url).message).not.toContain('secret');
});
