import { Agent, request as httpRequest, type ServerResponse } from 'node:http';
import { connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import { createFakeClock } from '../../fake-clock.ts';
import { call, raw } from './client.ts';
import { FakePool } from './fake-pool.ts';
import {
  application,
  module,
  portOf,
  serveOne,
  startRouter,
  startServer,
  table,
  until,
  version,
} from './router-bench.ts';

describe('forwarding', () => {
  it('passes a request to the instance and its response back', async () => {
    const { port, pool, logs } = await serveOne((request, response) => {
      response.setHeader('X-Seen', `${request.method} ${request.url} ${request.headers.host}`);
      response.end('hello');
    });
    const answer = await call(port, { path: '/a%20b/?x=1', host: `shop.localhost:${port}` });
    expect(answer.status).toBe(200);
    expect(answer.body).toBe('hello');
    expect(answer.headers['x-seen']).toBe(`GET /a%20b/?x=1 shop.localhost:${port}`);
    expect(pool.granted).toBe(1);
    expect(pool.outcomes).toEqual([{ status: 200, latencyMs: expect.any(Number) }]);
    expect(logs).toEqual([
      expect.objectContaining({
        kind: 'request',
        application: 'shop',
        module: 'default',
        version: 'uno',
        instance: '0',
        method: 'GET',
        resource: '/a%20b/?x=1',
        status: 200,
        responseSize: 5,
        requestId: expect.stringMatching(/^[0-9a-f]{36}$/),
        ip: '127.0.0.1',
      }),
    ]);
  });

  it('keeps client connections and instance connections alive', async () => {
    const ports = new Set<number | undefined>();
    const { port } = await serveOne((request, response) => {
      ports.add(request.socket.remotePort);
      response.end('x');
    });
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    for (let round = 0; round < 5; round += 1) expect((await call(port, { agent })).status).toBe(200);
    agent.destroy();
    expect(ports.size).toBe(1);
  });

  it('streams a request body while the response is already coming', async () => {
    const { port, pool } = await serveOne((request, response) => {
      response.writeHead(200);
      request.on('data', (chunk) => response.write(`got ${chunk};`));
      request.on('end', () => response.end('end'));
    });
    const text = await new Promise<string>((resolve) => {
      const request = httpRequest({ port, host: '127.0.0.1', method: 'POST', headers: { Host: 'shop.localhost' } });
      request.on('response', (response) => {
        let body = '';
        let sent = 1;
        response.on('data', (chunk) => {
          body += chunk;
          // The next part is only sent when the answer to the one before has come back.
          if (sent < 3) {
            request.write(`part${sent}`);
            sent += 1;
          } else request.end();
        });
        response.on('end', () => resolve(body));
      });
      request.write('part0');
    });
    expect(text).toBe('got part0;got part1;got part2;end');
    await until(() => pool.released === 1);
  });

  it('releases once when the client goes away, and tells the instance', async () => {
    let isClosed = false;
    const { port, pool, logs } = await serveOne((_, response) => {
      response.writeHead(200);
      response.write('begin');
      response.on('close', () => {
        isClosed = true;
      });
    });
    const socket = connect(port, '127.0.0.1');
    socket.write('GET /slow HTTP/1.1\r\nHost: shop.localhost\r\n\r\n');
    await new Promise((resolve) => socket.once('data', resolve));
    socket.destroy();
    await until(() => isClosed && pool.released === 1);
    expect(pool.doubleReleases).toBe(0);
    expect(pool.inFlight).toBe(0);
    expect(logs[0]).toMatchObject({ status: 200, exitReason: 'the client went away' });
  });

  it('aborts the wait for an instance when the client goes away', async () => {
    const { port, pool } = await serveOne((_, response) => response.end('never'));
    pool.parked = [];
    const socket = connect(port, '127.0.0.1');
    socket.write('GET / HTTP/1.1\r\nHost: shop.localhost\r\n\r\n');
    await until(() => pool.parked?.length === 1);
    socket.destroy();
    await until(() => pool.claims[0]?.signal?.aborted === true);
  });

  it('gives an instance back that came after the client had gone', async () => {
    const { port, pool } = await serveOne((_, response) => response.end('never'));
    pool.parked = [];
    pool.ignoresAborts = true;
    const socket = connect(port, '127.0.0.1');
    socket.write('GET / HTTP/1.1\r\nHost: shop.localhost\r\n\r\n');
    await until(() => pool.parked?.length === 1);
    socket.destroy();
    await until(() => pool.claims[0]?.signal?.aborted === true);
    pool.parked[0]?.('serve');
    await until(() => pool.released === 1);
    expect(pool.granted).toBe(1);
    expect(pool.inFlight).toBe(0);
  });

  it('answers HTTP/1.0 clients and closes', async () => {
    const { port } = await serveOne((_, response) => {
      response.write('a');
      response.end('b');
    });
    const text = await raw(port, 'GET / HTTP/1.0\r\nHost: shop.localhost\r\n\r\n');
    expect(text).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
    expect(text).toMatch(/\r\n\r\nab$/);
    expect(text).not.toMatch(/transfer-encoding/i);
  });

  it('tries another instance when one refuses the connection', async () => {
    const { port, pool, router } = await serveOne((_, response) => response.end('alive'));
    const gone = await startServer(() => {});
    const deadPort = portOf(gone);
    await new Promise((resolve) => gone.close(resolve));
    const dead = pool.addPort(deadPort, 'dead');
    pool.instances.reverse();
    const answer = await call(port, { method: 'POST', body: 'important' });
    expect(answer.body).toBe('alive');
    expect(pool.outcomes.map(({ status, isInstanceFailure }) => [status, isInstanceFailure])).toEqual([
      [502, true],
      [200, undefined],
    ]);
    expect(pool.instances).not.toContain(dead);
    expect(router.statistics().retries).toBe(1);
  });

  it('answers 502 when the instance breaks off a POST, and does not repeat it', async () => {
    let seen = 0;
    const { port, pool } = await serveOne((request) => {
      seen += 1;
      request.socket.destroy();
    });
    const answer = await call(port, { method: 'POST', body: 'x' });
    expect(answer.status).toBe(502);
    expect(seen).toBe(1);
    expect(pool.outcomes).toEqual([{ status: 502, latencyMs: expect.any(Number), isInstanceFailure: true }]);
  });

  it('repeats a GET once when the connection was dead', async () => {
    let seen = 0;
    const { port, pool } = await serveOne((request, response) => {
      seen += 1;
      if (seen === 1) request.socket.destroy();
      else response.end('second');
    });
    expect((await call(port)).body).toBe('second');
    expect(pool.granted).toBe(1);
    expect(pool.released).toBe(1);
  });

  it('cuts the connection when a response breaks off, so that the client sees it', async () => {
    const { port, pool } = await serveOne((_, response) => {
      response.writeHead(200, { 'Content-Length': '100' });
      response.write('only this');
      setImmediate(() => response.destroy());
    });
    await expect(call(port)).rejects.toThrow(/aborted|hang up|ECONNRESET/);
    await until(() => pool.released === 1);
    expect(pool.outcomes[0]).toMatchObject({ isInstanceFailure: true });
  });

  it('cuts what runs on an instance that is killed', async () => {
    const { port, pool } = await serveOne(() => {});
    const waiting = call(port);
    await until(() => pool.inFlight === 1);
    pool.instances[0]?.killed.abort();
    expect((await waiting).status).toBe(502);
    expect(pool.released).toBe(1);
    expect(pool.doubleReleases).toBe(0);
  });
});

/** Calls `write` until it says that it is full; the same again whenever `drained` is called. */
function flood(write: (chunk: Buffer) => boolean, limit: number) {
  const chunk = Buffer.alloc(64 * 1024);
  let total = 0;
  return {
    fill() {
      let isTaken = true;
      while (isTaken && total < limit) {
        isTaken = write(chunk);
        total += chunk.length;
      }
    },
    get total() {
      return total;
    },
    /** Resolves when nothing more is taken. */
    async stalls() {
      for (let before = -1; before !== total; ) {
        before = total;
        await new Promise((resolve) => setTimeout(resolve, 200));
      }
    },
  };
}

describe('a defect', () => {
  it('costs one request, and is shown', async () => {
    const warnings: string[] = [];
    const onWarning = (warning: Error) => warnings.push(warning.message);
    process.on('warning', onWarning);
    const { port, pool, router, logs } = await serveOne((_, response) => response.end('fine'));
    const claim = pool.claim.bind(pool);
    pool.claim = () => {
      throw new Error('a defect of the pool');
    };
    expect((await call(port)).status).toBe(500);
    pool.claim = () => Promise.reject(new Error('another defect'));
    expect((await call(port)).status).toBe(500);
    pool.claim = claim;
    expect((await call(port)).body).toBe('fine');
    process.off('warning', onWarning);
    expect(warnings).toEqual(['The router failed: a defect of the pool']);
    expect(logs.map(({ exitReason }) => exitReason)).toEqual([
      'a defect of the pool',
      'start-failed: another defect',
      undefined,
    ]);
    expect(router.statistics().requestsInFlight).toBe(0);
  });
});

describe('backpressure', () => {
  it('makes the instance wait for a slow client', async () => {
    let response: ServerResponse | undefined;
    const source = flood((chunk) => response?.destroyed === false && response.write(chunk), 1_000_000_000);
    const { port, pool } = await serveOne((_, own) => {
      response = own;
      own.on('drain', source.fill);
      source.fill();
    });
    const socket = connect(port, '127.0.0.1');
    socket.write('GET / HTTP/1.1\r\nHost: shop.localhost\r\n\r\n');
    await new Promise((resolve) => socket.once('data', resolve));
    socket.pause();
    await source.stalls();
    const stalledAt = source.total;
    expect(stalledAt).toBeLessThan(60_000_000);
    socket.resume();
    await until(() => source.total > stalledAt + 20_000_000);
    socket.destroy();
    await until(() => pool.released === 1);
  });

  it('does not wait for ever for a client that takes nothing', async () => {
    const clock = createFakeClock();
    let response: ServerResponse | undefined;
    const source = flood((chunk) => response?.destroyed === false && response.write(chunk), 1_000_000_000);
    const { port, pool } = await serveOne(
      (_, own) => {
        response = own;
        own.on('drain', source.fill);
        source.fill();
      },
      { options: { clock }, spec: { runtime: 'python27' } },
    );
    const socket = connect(port, '127.0.0.1');
    socket.write('GET / HTTP/1.1\r\nHost: shop.localhost\r\n\r\n');
    await new Promise((resolve) => socket.once('data', resolve));
    socket.pause();
    socket.on('error', () => {});
    await source.stalls();
    await clock.advance(119_000);
    expect(pool.released).toBe(0);
    await clock.advance(1000);
    await until(() => pool.released === 1);
    socket.destroy();
  });

  it('makes a client wait for a slow instance', async () => {
    let read = () => {};
    const { port, pool } = await serveOne((request) => {
      request.pause();
      read = () => request.resume();
    });
    const socket = connect(port, '127.0.0.1');
    socket.write('POST /_ah/upload/x HTTP/1.1\r\nHost: shop.localhost\r\nContent-Length: 1000000000\r\n\r\n');
    const source = flood((chunk) => socket.write(chunk), 1_000_000_000);
    socket.on('drain', source.fill);
    source.fill();
    await source.stalls();
    const stalledAt = source.total;
    expect(stalledAt).toBeLessThan(60_000_000);
    read();
    await until(() => source.total > stalledAt + 20_000_000);
    socket.destroy();
    await until(() => pool.released === 1);
    expect(pool.doubleReleases).toBe(0);
  });

  it('an answer that comes before the body was read arrives, and the next request works', async () => {
    const { port, pool } = await serveOne((request, response) => {
      if (request.method === 'POST') response.writeHead(403).end('no thanks');
      else response.end('next');
    });
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const first = await call(port, { method: 'POST', body: Buffer.alloc(5_000_000), agent });
    expect([first.status, first.body]).toEqual([403, 'no thanks']);
    expect((await call(port, { agent })).body).toBe('next');
    agent.destroy();
    expect(pool.doubleReleases).toBe(0);
  });
});

describe('a redeploy under load', () => {
  it('loses no request', async () => {
    const servers = await Promise.all(
      ['old', 'new'].map((text) => startServer((_, response) => setTimeout(() => response.end(text), 1))),
    );
    const pools = servers.map((server) => {
      const pool = new FakePool();
      pool.add(server);
      return pool;
    });
    const routes = pools.map((pool, index) =>
      table(application([module(version(pool, { deploymentId: String(index) }))], { release: `r${index}` })),
    );
    const [oldPool] = pools;
    const [oldTable, newTable] = routes;
    if (!oldPool || !oldTable || !newTable) throw new Error('two are needed');
    const { port, router } = await startRouter(oldTable, { showRelease: true });
    const agent = new Agent({ keepAlive: true, maxSockets: 20 });
    const answers: { readonly status: number; readonly pair: string }[] = [];
    let isOver = false;
    const client = async () => {
      while (!isOver) {
        const { status, body, headers } = await call(port, { agent });
        answers.push({ status, pair: `${body}/${headers['x-appcfg-release']}` });
      }
    };
    const clients = Array.from({ length: 20 }, client);
    await until(() => answers.length > 100);
    // Some requests wait for the old version when it goes.
    oldPool.parked = [];
    await until(() => (oldPool.parked?.length ?? 0) >= 10);
    oldPool.refusal = 'shutting-down';
    for (const settle of oldPool.parked) settle('shutting-down');
    oldPool.parked = undefined;
    router.swap(newTable);
    const before = answers.length;
    await until(() => answers.length > before + 200);
    isOver = true;
    await Promise.all(clients);
    agent.destroy();
    expect(answers.filter(({ status }) => status !== 200)).toEqual([]);
    expect(new Set(answers.map(({ pair }) => pair))).toEqual(new Set(['old/r0', 'new/r1']));
    expect(router.statistics().reroutes).toBeGreaterThanOrEqual(10);
    expect(pools.map(({ inFlight, doubleReleases }) => [inFlight, doubleReleases])).toEqual([
      [0, 0],
      [0, 0],
    ]);
  });
});
