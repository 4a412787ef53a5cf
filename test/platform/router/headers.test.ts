import { describe, expect, it } from 'vitest';
import { call, raw } from './client.ts';
import { serveOne } from './router-bench.ts';

/** Answers with the request's headers, names in lower case. */
async function echo(spec: Parameters<typeof serveOne>[1] = {}) {
  const bench = await serveOne((request, response) => {
    const pairs: string[][] = [];
    for (let index = 0; index + 1 < request.rawHeaders.length; index += 2) {
      pairs.push([request.rawHeaders[index]?.toLowerCase() ?? '', request.rawHeaders[index + 1] ?? '']);
    }
    response.end(JSON.stringify(pairs));
  }, spec);
  const seen = async (headers: Record<string, string> = {}) => {
    const answer = await call(bench.port, { headers });
    return new Map((JSON.parse(answer.body) as [string, string][]).map(([name, value]) => [name, value]));
  };
  return { ...bench, seen };
}

const forged = {
  'X-AppEngine-Cron': 'true',
  'X-AppEngine-QueueName': 'default',
  'X-AppEngine-User-Is-Admin': '1',
  'X-AppEngine-User-IP': '0.1.0.3',
  'X-AppEngine-Inbound-Appid': 'shop',
  'X-AppEngine-Fake-Is-Admin': '1',
  'X-Google-Internal-SkipAdminCheck': 'true',
  'X-Appengine-Api-Ticket': 'stolen',
  'X-Appengine-Https': 'on',
  'X-Forwarded-For': '6.6.6.6',
  'X-Forwarded-Proto': 'https',
  X_AppEngine_Cron: 'true',
};

describe('the headers an instance gets', () => {
  it('V5 3.3e 3.3f second generation: ours, and nothing that was forged', async () => {
    const { seen } = await echo();
    const headers = await seen({ ...forged, 'Accept-Encoding': 'gzip', 'X-Mine': 'kept' });
    expect(headers.get('x-mine')).toBe('kept');
    expect(headers.get('accept-encoding')).toBe('gzip');
    expect(headers.get('x-appengine-user-ip')).toBe('127.0.0.1');
    expect(headers.get('x-appengine-https')).toBe('off');
    expect(headers.get('x-appengine-country')).toBe('ZZ');
    expect(headers.get('x-appengine-default-version-hostname')).toBe('shop.localhost:8080');
    expect(headers.get('x-appengine-request-log-id')).toMatch(/^[0-9a-f]{36}$/);
    expect(headers.get('x-cloud-trace-context')).toMatch(/^[0-9a-f]{32}\/\d+;o=0$/);
    expect(headers.get('x-forwarded-for')).toBe('127.0.0.1');
    expect(headers.get('x-forwarded-proto')).toBe('http');
    for (const name of ['cron', 'queuename', 'user-is-admin', 'inbound-appid', 'fake-is-admin', 'api-ticket']) {
      expect(headers.has(`x-appengine-${name}`)).toBe(false);
    }
    expect(headers.has('x-google-internal-skipadmincheck')).toBe(false);
    expect(headers.has('x_appengine_cron')).toBe(false);
  });

  it('3.3a 3.3f first generation: no Accept-Encoding, no X-Forwarded-For, a user that nobody is', async () => {
    const { seen } = await echo({ spec: { runtime: 'python27' } });
    const headers = await seen({ ...forged, 'Accept-Encoding': 'gzip' });
    expect(headers.has('accept-encoding')).toBe(false);
    expect(headers.has('x-forwarded-for')).toBe(false);
    expect(headers.get('x-appengine-user-is-admin')).toBe('0');
    expect(headers.get('x-appengine-auth-domain')).toBe('gmail.com');
    expect(headers.get('x-appengine-request-id-hash')).toMatch(/^[0-9A-F]{8}$/);
    expect(headers.has('x-appengine-timeout-ms')).toBe(false);
  });

  it('3.3g tell the time that is left where there is a deadline', async () => {
    const { seen } = await echo({ spec: { runtime: 'python27', scaling: { type: 'automatic' } } });
    expect(Number((await seen()).get('x-appengine-timeout-ms'))).toBeLessThanOrEqual(60_000);
  });

  it('3.3e keep a trace that a client began, and no nonsense', async () => {
    const { seen } = await echo();
    const trace = `${'ab'.repeat(16)}/12;o=1`;
    expect((await seen({ 'X-Cloud-Trace-Context': trace })).get('x-cloud-trace-context')).toBe(trace);
    expect((await seen({ 'X-Cloud-Trace-Context': 'x' })).get('x-cloud-trace-context')).toMatch(/^[0-9a-f]{32}\//);
  });

  it('behind a trusted proxy: the address the proxy saw, and how it was called', async () => {
    const { seen, logs } = await echo({ options: { isTrustedProxy: (address) => address === '127.0.0.1' } });
    const headers = await seen({ 'X-Forwarded-For': '6.6.6.6, 203.0.113.9', 'X-Forwarded-Proto': 'https' });
    expect(headers.get('x-appengine-user-ip')).toBe('203.0.113.9');
    expect(headers.get('x-forwarded-for')).toBe('6.6.6.6, 203.0.113.9, 127.0.0.1');
    expect(headers.get('x-appengine-https')).toBe('on');
    expect(logs[0]?.ip).toBe('203.0.113.9');
  });

  it('5.6c carry the ticket for the bundled services, for as long as the request runs', async () => {
    const tickets = new Set<string>();
    const options = {
      tickets: {
        open: ({ instance, requestId }: { readonly instance: string; readonly requestId: string }) => {
          const ticket = `${instance}-${requestId}`;
          tickets.add(ticket);
          return ticket;
        },
        close: (ticket: string) => void tickets.delete(ticket),
      },
    };
    const { seen } = await echo({ spec: { usesBundledApis: true }, options });
    const headers = await seen(forged);
    expect(headers.get('x-appengine-api-ticket')).toBe(`0-${headers.get('x-appengine-request-log-id')}`);
    expect(tickets.size).toBe(0);
    const without = await echo({ options });
    expect((await without.seen(forged)).has('x-appengine-api-ticket')).toBe(false);
  });
});

describe('responses', () => {
  it('keep repeated headers apart', async () => {
    const { port } = await serveOne((_, response) => {
      response.setHeader('Set-Cookie', ['a=1', 'b=2']);
      response.end();
    });
    expect((await call(port)).headers['set-cookie']).toEqual(['a=1', 'b=2']);
  });

  it('3.3l to HEAD have a length and no body', async () => {
    const { port } = await serveOne((_, response) => {
      response.setHeader('Content-Length', '11');
      response.end('hello world');
    });
    const text = await raw(port, 'HEAD / HTTP/1.1\r\nHost: shop.localhost\r\nConnection: close\r\n\r\n');
    expect(text).toMatch(/content-length: 11/i);
    expect(text).toMatch(/\r\n\r\n$/);
  });

  it.each([204, 304])('3.3l with status %i have no body', async (status) => {
    const { port } = await serveOne((_, response) => {
      response.writeHead(status);
      response.end();
    });
    const text = await raw(port, 'GET / HTTP/1.1\r\nHost: shop.localhost\r\nConnection: close\r\n\r\n');
    expect(text).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(text).toMatch(/\r\n\r\n$/);
    expect(text).not.toMatch(/transfer-encoding/i);
  });

  it('leave informational answers out', async () => {
    const { port } = await serveOne((_, response) => {
      response.writeEarlyHints({ link: '</x>; rel=preload' });
      response.end('final');
    });
    expect((await call(port)).body).toBe('final');
  });

  it('carry the release when they should', async () => {
    const shown = await serveOne((_, response) => response.end(), { options: { showRelease: true } });
    expect((await call(shown.port)).headers['x-appcfg-release']).toBe('r1');
    const hidden = await serveOne((_, response) => response.end());
    expect((await call(hidden.port)).headers).not.toHaveProperty('x-appcfg-release');
  });

  it('3.3m of the first generation over 32 MB become an error', async () => {
    const { port } = await serveOne(
      (_, response) => {
        response.writeHead(200, { 'Content-Length': '33554433' });
        response.write('x');
      },
      { spec: { runtime: 'python27' } },
    );
    const answer = await call(port);
    expect(answer.status).toBe(500);
    expect(answer.body).toContain('HTTP response was too large: 33554433. The limit is: 33554432.');
  });
});
