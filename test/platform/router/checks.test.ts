import { mkdirSync, writeFileSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Handler } from '../../../src/model/handler.ts';
import { temporaryDirectory } from '../temporary-directory.ts';
import { call, raw } from './client.ts';
import { FakePool } from './fake-pool.ts';
import {
  application,
  appSpec,
  module,
  serveOne,
  startRouter,
  startServer,
  table,
  until,
  version,
} from './router-bench.ts';

const script = (change: Partial<Handler> = {}): Handler =>
  ({
    type: 'script',
    url: '/.*',
    script: 'auto',
    login: 'optional',
    authFailAction: 'redirect',
    secure: 'optional',
    ...change,
  }) as Handler;
const hello = (_: unknown, response: { end(text: string): void }) => response.end('hello');

describe('paths that only the platform may call', () => {
  it.each(['/_ah/start', '/_ah/stop', '/_ah/background', '/_ah/warmup', '/_ah/%73tart', '/_ah/start?x', '/_ah/start/'])(
    'V2 V3 V4 L5 %s never reaches the application',
    async (path) => {
      const { port, pool } = await serveOne(hello);
      expect((await call(port, { path })).status).toBe(404);
      expect(pool.granted).toBe(0);
    },
  );

  it('others under /_ah/ do', async () => {
    const { port } = await serveOne(hello);
    expect((await call(port, { path: '/_ah/queue/deferred' })).body).toBe('hello');
    expect((await call(port, { path: '/_ah/started' })).body).toBe('hello');
  });
});

describe('bodies', () => {
  it.each(['GET', 'HEAD', 'DELETE'])('4d %s with one is refused', async (method) => {
    const { port, pool } = await serveOne(hello);
    expect((await call(port, { method, headers: { 'Content-Length': '2' }, body: 'xx' })).status).toBe(400);
    expect(pool.granted).toBe(0);
  });

  it('4e of exactly 32 MB arrive', async () => {
    const size = 32 * 1024 * 1024;
    const { port } = await serveOne((request, response) => {
      let received = 0;
      request.on('data', (chunk: Buffer) => {
        received += chunk.length;
      });
      request.on('end', () => response.end(String(received)));
    });
    expect((await call(port, { method: 'POST', body: Buffer.alloc(size) })).body).toBe(String(size));
  });

  it('4e that announce more are refused before the instance sees them', async () => {
    const { port, pool } = await serveOne(hello);
    const text = await raw(
      port,
      'POST / HTTP/1.1\r\nHost: shop.localhost\r\nContent-Length: 33554433\r\nConnection: close\r\n\r\n',
    );
    expect(text).toMatch(/^HTTP\/1\.1 413 /);
    expect(text).toContain('Upload limited to 32 megabytes.');
    expect(pool.granted).toBe(0);
  });

  it.each(['nodejs20', 'python27'])('that turn out longer are refused while they come (%s)', async (runtime) => {
    const { port, pool } = await serveOne((request) => request.resume(), { spec: { runtime } });
    const answer = await new Promise<{ status?: number; body: string }>((resolve, reject) => {
      const request = httpRequest({ port, host: '127.0.0.1', method: 'POST', headers: { Host: 'shop.localhost' } });
      request.on('error', reject);
      request.on('response', (response) => {
        let body = '';
        response.on('data', (chunk) => {
          body += chunk;
        });
        response.on('end', () => resolve({ status: response.statusCode, body }));
      });
      const megabyte = Buffer.alloc(1024 * 1024);
      for (let count = 0; count < 33; count += 1) request.write(megabyte);
      request.end();
    });
    expect(answer).toEqual({ status: 413, body: 'Upload limited to 32 megabytes.\n' });
    await until(() => pool.released === pool.granted);
  });

  it('in chunks reach a first generation instance with a length', async () => {
    const { port } = await serveOne(
      (request, response) => {
        request.on('data', () => {});
        request.on('end', () =>
          response.end(
            JSON.stringify([request.headers['content-length'], request.headers['transfer-encoding'] ?? null]),
          ),
        );
      },
      { spec: { runtime: 'python27' } },
    );
    const answer = await call(port, { method: 'POST', headers: { 'Transfer-Encoding': 'chunked' }, body: 'hello' });
    expect(JSON.parse(answer.body)).toEqual(['5', null]);
  });

  it('are asked for with 100 Continue only when somebody reads them', async () => {
    const { port } = await serveOne((request, response) => {
      request.resume();
      request.on('end', () => response.end('read'));
    });
    const ask = (length: number) =>
      new Promise<string>((resolve) => {
        let wasAsked = false;
        const request = httpRequest({
          port,
          host: '127.0.0.1',
          method: 'POST',
          headers: { Host: 'shop.localhost', 'Content-Length': length, Expect: '100-continue' },
        });
        request.on('continue', () => {
          wasAsked = true;
          request.end('x'.repeat(length));
        });
        request.on('response', (response) => {
          response.resume();
          resolve(`${response.statusCode} ${wasAsked}`);
          response.on('end', () => request.destroy());
        });
        request.on('error', () => {});
        request.flushHeaders();
      });
    expect(await ask(3)).toBe('200 true');
    expect(await ask(33_554_433)).toBe('413 false');
  });
});

describe('dos.yaml', () => {
  it('6.3a keeps addresses out before any code runs, with the page of the application', async () => {
    const directory = temporaryDirectory();
    writeFileSync(join(directory, 'denied.html'), 'go away');
    const pool = new FakePool();
    pool.add(await startServer(hello));
    const spec = appSpec({ errorHandlers: [{ errorCode: 'dos_api_denial', file: 'denied.html' }] });
    const routed = application([module(version(pool, { spec, directory }))], { dos: [{ subnet: '127.0.0.0/8' }] });
    const { port, router } = await startRouter(table(routed));
    expect(await call(port)).toMatchObject({ status: 403, body: 'go away' });
    expect(pool.granted).toBe(0);
    // The platform's own requests have no outside address.
    expect(
      (await router.dispatchInternal({ kind: 'cron', application: 'shop', method: 'GET', path: '/' })).status,
    ).toBe(200);
  });
});

describe('secure:', () => {
  it('V19 4n always sends http to https, with the code of the handler, query kept', async () => {
    const { port } = await serveOne(hello, {
      spec: { handlers: [script({ secure: 'always', redirectHttpResponseCode: 301 })] },
    });
    const answer = await call(port, { path: '/a?b=c' });
    expect([answer.status, answer.headers.location]).toEqual([301, 'https://shop.localhost/a?b=c']);
  });

  it('4n never sends https to http, query dropped', async () => {
    const { port } = await serveOne(hello, {
      spec: { handlers: [script({ secure: 'never' })] },
      options: { isTrustedProxy: (address) => address === '127.0.0.1' },
    });
    const answer = await call(port, { path: '/a?b=c', headers: { 'X-Forwarded-Proto': 'https' } });
    expect([answer.status, answer.headers.location]).toEqual([302, 'http://shop.localhost/a']);
    expect((await call(port)).body).toBe('hello');
  });

  it('believes no client that says it came over https', async () => {
    const { port } = await serveOne(hello, { spec: { handlers: [script({ secure: 'always' })] } });
    expect((await call(port, { headers: { 'X-Forwarded-Proto': 'https' } })).status).toBe(302);
  });
});

describe('handlers', () => {
  it('4b see paths without dots, and double slashes as they are', async () => {
    const { port } = await serveOne((request, response) => response.end(request.url));
    const dotted = await call(port, { path: '/a/./b/../c%20d?x=%2e&y' });
    expect([dotted.status, dotted.headers.location]).toEqual([302, 'http://shop.localhost/a/c%20d?x=%2e&y']);
    expect((await call(port, { path: '/a//b?x' })).body).toBe('/a//b?x');
  });

  it('4c that match nothing give a 404 that shows the path, harmlessly', async () => {
    const { port, pool } = await serveOne(hello, { spec: { handlers: [script({ url: '/only' })] } });
    const answer = await call(port, { path: '/%3Cscript%3E' });
    expect(answer.status).toBe(404);
    expect(answer.body).toContain('The url "/&lt;script&gt;" does not match any handlers.');
    expect(pool.granted).toBe(0);
  });
});

describe('login:', () => {
  const secured = {
    spec: {
      handlers: [
        script({ url: '/admin', login: 'admin' }),
        script({ url: '/mine', login: 'required' }),
        script({ url: '/strict', login: 'required', authFailAction: 'unauthorized' }),
        script(),
      ],
    },
  };
  const signIn = async (port: number, form: string, headers = {}) => {
    const host = `shop.localhost:${port}`;
    return call(port, {
      path: '/_ah/login',
      method: 'POST',
      host,
      headers: {
        Host: host,
        'Content-Type': 'application/x-www-form-urlencoded',
        'Content-Length': Buffer.byteLength(form),
        ...headers,
      },
      body: form,
    });
  };
  const cookieOf = (answer: { headers: { 'set-cookie'?: string[] } }) =>
    answer.headers['set-cookie']?.[0]?.split(';')[0] ?? '';

  it('4p 4q 4v 3.3h sends strangers to the login page, and from there back', async () => {
    const { port } = await serveOne(
      (request, response) => response.end(String(request.headers['x-appengine-user-email'])),
      secured,
    );
    const host = `shop.localhost:${port}`;
    const first = await call(port, { path: '/mine?x=1', host });
    expect(first.status).toBe(302);
    const loginUrl = new URL(first.headers.location ?? '');
    expect([loginUrl.host, loginUrl.pathname]).toEqual([host, '/_ah/login']);
    const page = await call(port, { path: loginUrl.pathname + loginUrl.search, host });
    expect(page.status).toBe(200);
    expect(page.body).toContain(`value="http://${host}/mine?x=1"`);
    const answer = await signIn(
      port,
      `email=jo%40example.com&continue=${encodeURIComponent(`http://${host}/mine?x=1`)}`,
    );
    expect([answer.status, answer.headers.location]).toEqual([302, `http://${host}/mine?x=1`]);
    expect(answer.headers['set-cookie']?.[0]).toMatch(/^appcfg_login=.*; Path=\/; HttpOnly; SameSite=Lax$/);
    expect((await call(port, { path: '/mine?x=1', headers: { Cookie: cookieOf(answer) } })).body).toBe(
      'jo@example.com',
    );
    const forbidden = await call(port, { path: '/admin', headers: { Cookie: cookieOf(answer) } });
    expect([forbidden.status, forbidden.body]).toEqual([
      401,
      'Current logged in user jo@example.com is not authorized to view this page.\n',
    ]);
    const admin = await signIn(port, 'email=jo%40example.com&admin=True');
    expect((await call(port, { path: '/admin', headers: { Cookie: cookieOf(admin) } })).status).toBe(200);
    expect((await call(port, { path: '/strict' })).status).toBe(401);
    const out = await call(port, { path: '/_ah/logout', host, headers: { Host: host, Cookie: cookieOf(admin) } });
    expect([out.status, out.headers.location, cookieOf(out)]).toEqual([302, `http://${host}/`, 'appcfg_login=']);
  });

  it('V6 knows no administrator by what a client says', async () => {
    const { port, pool } = await serveOne(hello, secured);
    for (const name of ['X-AppEngine-Fake-Is-Admin', 'X-AppEngine-User-Is-Admin', 'X-Google-Internal-SkipAdminCheck'])
      expect((await call(port, { path: '/admin', headers: { [name]: '1' } })).status).toBe(302);
    for (const name of ['X-AppEngine-Cron', 'X-AppEngine-QueueName', 'X_AppEngine_Inbound_Appid'])
      expect((await call(port, { path: '/admin', headers: { [name]: 'shop' } })).status).toBe(302);
    expect(pool.granted).toBe(0);
  });

  it('takes no cookie that it did not sign', async () => {
    const { port, pool } = await serveOne(hello, secured);
    const payload = Buffer.from(JSON.stringify({ email: 'a@b.c', admin: true, app: 'shop', expires: 9e15 })).toString(
      'base64url',
    );
    for (const cookie of [
      `appcfg_login=${payload}.x`,
      `appcfg_login=${payload}`,
      'dev_appserver_login="a@b.c:True:1"',
    ]) {
      expect((await call(port, { path: '/admin', headers: { Cookie: cookie } })).status).toBe(302);
    }
    expect(pool.granted).toBe(0);
  });

  it('signs nobody in from elsewhere', async () => {
    const { port } = await serveOne(hello, secured);
    const form = 'email=evil%40example.com&admin=True';
    for (const headers of [
      { Host: 'example.org' },
      { 'X-Forwarded-For': '203.0.113.9' },
      { Via: '1.1 proxy' },
      { Origin: 'http://evil.example' },
      { Origin: 'null' },
      { 'Sec-Fetch-Site': 'cross-site' },
    ]) {
      const answer = await signIn(port, form, headers);
      expect(answer.status).toBe(403);
      expect(answer.headers['set-cookie']).toBeUndefined();
    }
    expect(
      (await signIn(port, form, { Origin: `http://shop.localhost:${port}`, 'Sec-Fetch-Site': 'same-origin' })).status,
    ).toBe(302);
  });

  it('leads to no other site, and shows no code', async () => {
    const { port } = await serveOne(hello, secured);
    for (const target of ['https://evil.example/', '//evil.example', 'javascript:alert(1)', '\\\\evil.example']) {
      const answer = await signIn(port, `email=a%40b.c&continue=${encodeURIComponent(target)}`);
      expect(new URL(answer.headers.location ?? '').host).toBe(`shop.localhost:${port}`);
    }
    const page = await call(port, { path: '/_ah/login?continue=%22%3E%3Cscript%3E' });
    expect(page.body).not.toContain('"><script>');
    expect((await signIn(port, 'email=%3Cscript%3E')).status).toBe(400);
    expect((await signIn(port, `email=${'a'.repeat(9000)}`)).status).toBe(413);
  });
});

describe('error pages', () => {
  it("4t of the application stand in for the router's, not for its own answers", async () => {
    const directory = temporaryDirectory();
    mkdirSync(join(directory, 'pages'));
    writeFileSync(join(directory, 'pages', 'oops.html'), 'our apologies');
    const { port, pool } = await serveOne(
      (request, response) => {
        if (request.url === '/own') response.writeHead(500).end('own words');
        else request.socket.destroy();
      },
      { directory, spec: { errorHandlers: [{ errorCode: 'default', file: 'pages/oops.html' }] } },
    );
    expect(await call(port, { path: '/own' })).toMatchObject({ status: 500, body: 'own words' });
    expect(await call(port, { method: 'POST' })).toMatchObject({ status: 502, body: 'our apologies' });
    pool.refusal = 'start-failed';
    expect(await call(port)).toMatchObject({ status: 500, body: 'our apologies' });
  });

  it('of the operator stand in for the rest', async () => {
    const pages = temporaryDirectory();
    writeFileSync(join(pages, '502.html'), 'operator');
    const { port } = await serveOne((request) => request.socket.destroy(), { options: { errorPagesDirectory: pages } });
    expect(await call(port, { method: 'POST' })).toMatchObject({ status: 502, body: 'operator' });
  });

  it('outside the deployment are not shown', async () => {
    const directory = temporaryDirectory();
    const { port } = await serveOne((request) => request.socket.destroy(), {
      directory,
      spec: { errorHandlers: [{ errorCode: 'default', file: '../../etc/passwd' }] },
    });
    expect((await call(port, { method: 'POST' })).body).toContain('Bad Gateway');
  });
});
