import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Handler, StaticDirHandler } from '../../../src/model/handler.ts';
import { temporaryDirectory } from '../temporary-directory.ts';
import { call, raw } from './client.ts';
import { serveOne, until } from './router-bench.ts';

const base = { login: 'optional', authFailAction: 'redirect', secure: 'optional' } as const;
const dir = (change: Partial<StaticDirHandler> = {}): Handler => ({
  ...base,
  type: 'static-dir',
  url: '/static',
  directory: 'public',
  ...change,
});
const everythingElse: Handler = { ...base, type: 'script', url: '/.*', script: 'auto' };

async function site(handlers: readonly Handler[] = [dir(), everythingElse], spec = {}) {
  const outside = temporaryDirectory();
  writeFileSync(join(outside, 'secret.txt'), 'secret');
  const directory = temporaryDirectory();
  mkdirSync(join(directory, 'public', 'sub'), { recursive: true });
  writeFileSync(join(directory, 'app.py'), 'source');
  writeFileSync(join(directory, 'public', 'a.html'), '<p>a</p>');
  writeFileSync(join(directory, 'public', 'empty.css'), '');
  writeFileSync(join(directory, 'public', 'sub', 'ä b.js'), 'js');
  writeFileSync(join(directory, 'public', 'big.bin'), Buffer.alloc(5_000_000, 'x'));
  symlinkSync(join(outside, 'secret.txt'), join(directory, 'public', 'link.txt'));
  symlinkSync(outside, join(directory, 'public', 'out'));
  symlinkSync('a.html', join(directory, 'public', 'inside.html'));
  const bench = await serveOne((_, response) => response.end('the application'), {
    directory,
    spec: { handlers, ...spec },
  });
  return { ...bench, directory };
}

describe('static files', () => {
  it('4g 4j 4k are served with type, length, validators and ten minutes of life', async () => {
    const { port, pool, logs } = await site();
    const before = Date.now();
    const { status, body, headers } = await call(port, { path: '/static/a.html' });
    expect([status, body]).toEqual([200, '<p>a</p>']);
    expect(headers).toMatchObject({
      'content-type': 'text/html',
      'content-length': '8',
      'cache-control': 'public, max-age=600',
      'accept-ranges': 'bytes',
      etag: expect.stringMatching(/^"[0-9a-f]{20}"$/),
    });
    const expires = Date.parse(headers.expires ?? '');
    expect(expires).toBeGreaterThanOrEqual(before + 599_000);
    expect(expires).toBeLessThanOrEqual(Date.now() + 601_000);
    expect(pool.granted).toBe(0);
    expect(logs[0]).toMatchObject({ status: 200, responseSize: 8, resource: '/static/a.html' });
  });

  it('have names with spaces and letters of any language', async () => {
    const { port } = await site();
    expect((await call(port, { path: '/static/sub/%C3%A4%20b.js' })).body).toBe('js');
    expect((await call(port, { path: '/static/inside.html' })).body).toBe('<p>a</p>');
    expect(await call(port, { path: '/static/empty.css' })).toMatchObject({ status: 200, body: '' });
  });

  it('4r answer conditions and ranges', async () => {
    const { port } = await site();
    const path = '/static/a.html';
    const { headers } = await call(port, { path });
    const again = await call(port, { path, headers: { 'If-None-Match': headers.etag } });
    expect([again.status, again.body, again.headers.etag]).toEqual([304, '', headers.etag]);
    expect(again.headers).not.toHaveProperty('content-length');
    expect((await call(port, { path, headers: { 'If-Modified-Since': headers['last-modified'] } })).status).toBe(304);
    expect((await call(port, { path, headers: { 'If-Match': '"other"' } })).status).toBe(412);
    const part = await call(port, { path, headers: { Range: 'bytes=3-3' } });
    expect([part.status, part.body, part.headers['content-range']]).toEqual([206, 'a', 'bytes 3-3/8']);
    const beyond = await call(port, { path, headers: { Range: 'bytes=8-' } });
    expect([beyond.status, beyond.headers['content-range']]).toEqual([416, 'bytes */8']);
    const head = await call(port, { path, method: 'HEAD' });
    expect([head.status, head.body, head.headers['content-length']]).toEqual([200, '', '8']);
  });

  it('4s treat every other method as GET', async () => {
    const { port } = await site();
    expect(await call(port, { path: '/static/a.html', method: 'POST', body: 'ignored' })).toMatchObject({
      status: 200,
      body: '<p>a</p>',
    });
  });

  it('4k 4l have the headers and life that the handler says', async () => {
    const { port } = await site(
      [
        dir({
          url: '/own',
          httpHeaders: { 'X-Own': 'yes', 'Cache-Control': 'no-store', 'Content-Type': 'text/weird' },
          expirationSeconds: 5,
        }),
        dir({ url: '/typed', mimeType: 'text/plain', expirationSeconds: 0 }),
        dir({ url: '/default' }),
      ],
      { defaultExpirationSeconds: 86_400 },
    );
    const own = (await call(port, { path: '/own/a.html' })).headers;
    expect(own).toMatchObject({ 'x-own': 'yes', 'cache-control': 'no-store', 'content-type': 'text/weird' });
    const typed = (await call(port, { path: '/typed/a.html' })).headers;
    expect(typed).toMatchObject({ 'content-type': 'text/plain', 'cache-control': 'public, max-age=0' });
    expect((await call(port, { path: '/default/a.html' })).headers['cache-control']).toBe('public, max-age=86400');
  });

  it('4g that are missing are 404, without asking the application', async () => {
    const { port, pool } = await site();
    for (const path of ['/static/none.html', '/static/sub', '/static/sub/']) {
      expect((await call(port, { path })).status).toBe(404);
    }
    const empty = await call(port, { path: '/static/' });
    expect([empty.status, empty.headers['content-type']]).toEqual([404, 'text/plain; charset=utf-8']);
    expect((await call(port, { path: '/static/none', headers: { 'If-Match': '*' } })).status).toBe(412);
    expect(pool.granted).toBe(0);
    expect((await call(port, { path: '/static' })).body).toBe('the application');
  });

  it.skipIf(process.getuid?.() === 0)('4s that can not be read are 403', async () => {
    const { port, directory } = await site();
    chmodSync(join(directory, 'public', 'a.html'), 0);
    expect((await call(port, { path: '/static/a.html' })).status).toBe(403);
  });

  it('4i fall through to the next handler when a matching file is required', async () => {
    const { port } = await site([dir({ url: '/', requireMatchingFile: true }), everythingElse]);
    expect((await call(port, { path: '/a.html' })).body).toBe('<p>a</p>');
    expect((await call(port, { path: '/b.html' })).body).toBe('the application');
  });
});

describe('nothing outside the deployment is ever served', () => {
  it.each([
    '/static/../../etc/passwd',
    '/static/..%2f..%2f..%2fetc/passwd',
    '/static/%2e%2e/%2e%2e/etc/passwd',
    '/static/%2e%2e%2f%2e%2e%2fetc%2fpasswd',
    '/static/..%5c..%5cetc%5cpasswd',
    '/static/..\\..\\etc\\passwd',
    '/static//etc/passwd',
    '/static/%2fetc/passwd',
    '/static/a.html%00.png',
    '/static/%00',
    '/static/....//....//etc/passwd',
    '/static/%c0%ae%c0%ae/%c0%ae%c0%ae/etc/passwd',
    '/static/%252e%252e/%252e%252e/etc/passwd',
    '/static/link.txt',
    '/static/out/secret.txt',
    '/static/./../app.py',
    '/static/%2e%2e/app.py',
    `/static/${'a/'.repeat(3000)}x`,
    `/static/${'a'.repeat(5000)}`,
  ])('%s', async (path) => {
    const { port } = await site([dir()]);
    const text = await raw(port, `GET ${path} HTTP/1.1\r\nHost: shop.localhost\r\nConnection: close\r\n\r\n`);
    expect(text).toMatch(/^HTTP\/1\.1 (302|404|400) /);
    expect(text).not.toMatch(/root:|secret|source/);
    const location = /location: (\S+)/i.exec(text)?.[1];
    // Where it redirects, it leads to the cleaned path, which is outside every static handler.
    if (location !== undefined) {
      const followed = await call(port, { path: new URL(location).pathname });
      expect(followed.status).toBe(404);
    }
  });

  it('nor with groups of a pattern', async () => {
    const { port } = await site([{ ...base, type: 'static-files', url: '/f/(.*)', files: 'public/\\1', upload: '.*' }]);
    expect((await call(port, { path: '/f/a.html' })).status).toBe(200);
    for (const path of ['/f/..%2fapp.py', '/f/%2e%2e%2fapp.py', '/f//app.py', '/f/out/secret.txt']) {
      expect((await call(port, { path })).status).not.toBe(200);
    }
  });
});

describe('big files', () => {
  it('arrive whole', async () => {
    const { port } = await site();
    expect((await call(port, { path: '/static/big.bin' })).body.length).toBe(5_000_000);
    expect((await call(port, { path: '/static/big.bin', headers: { Range: 'bytes=4999990-' } })).body).toBe(
      'x'.repeat(10),
    );
  });

  it('wait for a slow client, and stop when it goes', async () => {
    const { port, logs, router } = await site();
    const socket = connect(port, '127.0.0.1');
    socket.write('GET /static/big.bin HTTP/1.1\r\nHost: shop.localhost\r\n\r\n');
    await new Promise((resolve) => socket.once('readable', resolve));
    socket.destroy();
    await until(() => logs.length === 1);
    expect(logs[0]?.exitReason).toBe('the client went away');
    expect(logs[0]?.responseSize).toBeLessThan(5_000_000);
    expect(router.statistics().requestsInFlight).toBe(0);
  });
});

describe('a private file', () => {
  it('is not for shared caches', async () => {
    const { port, router } = await site([dir({ login: 'admin', authFailAction: 'unauthorized' })]);
    expect((await call(port, { path: '/static/a.html' })).status).toBe(401);
    const inside = await router.dispatchInternal({
      kind: 'urlfetch',
      application: 'shop',
      callerApplication: 'shop',
      method: 'GET',
      path: '/static/a.html',
      keepBodyBytes: 100,
    });
    expect(Buffer.from(inside.body).toString()).toBe('<p>a</p>');
    expect(inside.headers[inside.headers.indexOf('Cache-Control') + 1]).toBe('private, max-age=600');
  });
});
