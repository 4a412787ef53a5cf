import { connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import { call, raw } from './client.ts';
import { serveOne } from './router-bench.ts';

const statusOf = (text: string) => Number(/^HTTP\/1\.1 (\d+)/.exec(text)?.[1]);

describe('requests that two servers could read differently', () => {
  it.each([
    [
      'two Host headers',
      'GET / HTTP/1.1\r\nHost: shop.localhost\r\nHost: other.localhost\r\nConnection: close\r\n\r\n',
    ],
    ['no Host header', 'GET / HTTP/1.1\r\nConnection: close\r\n\r\n'],
    ['a Host that is none', 'GET / HTTP/1.1\r\nHost: a/b\r\nConnection: close\r\n\r\n'],
    [
      'length and chunks',
      'POST / HTTP/1.1\r\nHost: shop.localhost\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
    ],
    ['two lengths', 'POST / HTTP/1.1\r\nHost: shop.localhost\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello'],
    ['a length that is none', 'POST / HTTP/1.1\r\nHost: shop.localhost\r\nContent-Length: +5\r\n\r\nhello'],
    [
      'an unknown transfer coding',
      'POST / HTTP/1.1\r\nHost: shop.localhost\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n',
    ],
    [
      'chunked not last',
      'POST / HTTP/1.1\r\nHost: shop.localhost\r\nTransfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n',
    ],
    ['a bad chunk size', 'POST / HTTP/1.1\r\nHost: shop.localhost\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n\r\n'],
    ['a folded header', 'GET / HTTP/1.1\r\nHost: shop.localhost\r\nX-A: 1\r\n b\r\n\r\n'],
    ['a space before the colon', 'GET / HTTP/1.1\r\nHost: shop.localhost\r\nContent-Length : 5\r\n\r\nhello'],
    [
      'a bare line feed in a value',
      'GET / HTTP/1.1\r\nHost: shop.localhost\r\nX-A: 1\nX-AppEngine-Cron: true\r\nConnection: close\r\n\r\n',
    ],
    ['a carriage return in a value', 'GET / HTTP/1.1\r\nHost: shop.localhost\r\nX-A: 1\rX-B: 2\r\n\r\n'],
    ['a NUL in a value', 'GET / HTTP/1.1\r\nHost: shop.localhost\r\nX-A: 1\u00002\r\n\r\n'],
    ['an authority without a path', 'GET shop.localhost HTTP/1.1\r\nHost: shop.localhost\r\nConnection: close\r\n\r\n'],
    ['a star', 'OPTIONS * HTTP/1.1\r\nHost: shop.localhost\r\nConnection: close\r\n\r\n'],
    ['another protocol', 'HELO shop.localhost\r\n\r\n'],
  ])('%s is refused and never reaches the instance', async (name, bytes) => {
    const seen: string[][] = [];
    const { port, pool } = await serveOne((request, response) => {
      seen.push(request.rawHeaders);
      request.resume();
      request.on('end', () => response.end());
    });
    const status = statusOf(await raw(port, bytes));
    if (name === 'a bare line feed in a value' && status === 200) {
      // Read as two headers, the second is one that only the platform may send.
      expect(seen[0]?.some((header) => /cron/i.test(header))).toBe(false);
      return;
    }
    expect(status).toBe(400);
    expect(seen).toEqual([]);
    expect(pool.released).toBe(pool.granted);
  });

  it('an absolute target wins over the Host header, for the instance too', async () => {
    const { port } = await serveOne((request, response) => response.end(`${request.headers.host} ${request.url}`));
    const text = await raw(
      port,
      'GET http://uno.shop.localhost/x?y HTTP/1.1\r\nHost: evil.localhost\r\nConnection: close\r\n\r\n',
    );
    expect(text).toContain('uno.shop.localhost /x?y');
  });

  it('a pipelined second request is its own request', async () => {
    const { port } = await serveOne((request, response) => response.end(`<${request.url}>`));
    const one = 'GET /1 HTTP/1.1\r\nHost: shop.localhost\r\n\r\n';
    const text = await raw(
      port,
      `${one}${one.replace('/1', '/2').replace('\r\n\r\n', '\r\nConnection: close\r\n\r\n')}`,
    );
    expect(text.match(/<\/\d>/g)).toEqual(['</1>', '</2>']);
  });
});

describe('requests that are too much', () => {
  it('headers over 64 KB', async () => {
    const { port } = await serveOne((_, response) => response.end());
    const text = await raw(port, `GET / HTTP/1.1\r\nHost: shop.localhost\r\nX-Big: ${'x'.repeat(70_000)}\r\n\r\n`);
    expect(statusOf(text)).toBe(431);
  });

  it('more headers than anybody needs: none is dropped silently', async () => {
    const { port, pool } = await serveOne((_, response) => response.end());
    const many = Array.from({ length: 600 }, (_, index) => `a${index}: 1\r\n`).join('');
    const text = await raw(port, `GET / HTTP/1.1\r\nHost: shop.localhost\r\nConnection: close\r\n${many}\r\n`);
    expect(statusOf(text)).toBe(431);
    expect(pool.granted).toBe(0);
  });

  it('a head that comes too slowly', async () => {
    const limits = { headersTimeoutMs: 100, requestTimeoutMs: 200, checkIntervalMs: 20 };
    const { port } = await serveOne((_, response) => response.end(), { options: { limits } });
    expect(statusOf(await raw(port, 'GET / HTTP/1.1\r\nHost: shop.loc'))).toBe(408);
  });

  it('a body that comes too slowly: the instance is given back', async () => {
    const limits = { headersTimeoutMs: 100, requestTimeoutMs: 200, checkIntervalMs: 20 };
    const { port, pool } = await serveOne(() => {}, { options: { limits } });
    await raw(port, 'POST / HTTP/1.1\r\nHost: shop.localhost\r\nContent-Length: 10\r\n\r\nabc');
    expect(pool.granted).toBe(1);
    expect(pool.released).toBe(1);
  });
});

describe('response splitting', () => {
  it('is not possible through a redirect', async () => {
    const { port } = await serveOne((_, response) => response.end());
    const answer = await call(port, { path: '/a%0d%0aSet-Cookie:x=1/../b%0d%0aX-Evil:1' });
    expect(answer.status).toBe(302);
    expect(answer.headers.location).toBe('http://shop.localhost/b%0D%0AX-Evil:1');
    expect(answer.headers).not.toHaveProperty('x-evil');
  });

  it('a redirect does not lead to another host', async () => {
    const { port } = await serveOne((_, response) => response.end());
    const answer = await call(port, { path: '//evil.example/./x' });
    expect(answer.headers.location).toBe('http://shop.localhost//evil.example/x');
  });

  it('an instance whose answer is malformed gives a 502', async () => {
    const { port, pool } = await serveOne((request) => {
      request.socket.end('HTTP/1.1 200 OK\r\nX-A: 1\u0000\r\nContent-Length: 0\r\n\r\n');
    });
    expect((await call(port, { method: 'POST', body: 'x' })).status).toBe(502);
    expect(pool.released).toBe(1);
  });
});

describe('many odd requests in a row', () => {
  it('leave the router working and every instance released', async () => {
    const { port, pool, router } = await serveOne((request, response) => {
      request.resume();
      request.on('end', () => response.end('fine'));
    });
    let seed = 42;
    const random = (below: number) => {
      seed = (Math.imul(seed, 1103515245) + 12345) & 0x7fffffff;
      return seed % below;
    };
    const valid =
      'POST /a?b HTTP/1.1\r\nHost: shop.localhost\r\nContent-Length: 3\r\nCookie: a=b\r\nConnection: close\r\n\r\nabc';
    for (let round = 0; round < 200; round += 1) {
      const bytes = [...valid];
      for (let change = 0; change < 3; change += 1) bytes[random(bytes.length)] = String.fromCharCode(random(256));
      await new Promise<void>((resolve) => {
        const socket = connect(port, '127.0.0.1', () => socket.end(bytes.join(''), 'latin1'));
        socket.on('error', () => {});
        socket.on('close', () => resolve());
        socket.resume();
      });
    }
    expect((await call(port, { method: 'POST', body: 'abc' })).body).toBe('fine');
    expect(pool.inFlight).toBe(0);
    expect(pool.doubleReleases).toBe(0);
    expect(router.statistics().requestsInFlight).toBe(0);
  });
});
