/** Connections of clients and to instances: order, hand-over, time limits, and what instances may do wrong. */
import { connect, createServer, type Server, type Socket } from 'node:net';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import { call, raw } from '../client.ts';
import { FakePool } from '../fake-pool.ts';
import { application, module, serveOne, startRouter, table, until, version } from '../router-bench.ts';
import { mutated, requests } from './hostile-bytes.ts';
import { requestsSeenByNode } from './node-parser.ts';

const host = 'Host: shop.localhost\r\n';
const get = (path: string, lines = '') => `GET ${path} HTTP/1.1\r\n${host}${lines}\r\n`;
const last = get('/last', 'Connection: close\r\n');

const echo = () =>
  serveOne((request, response) => {
    let body = '';
    request.on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => response.end(`<${request.method} ${request.url} ${body}>`));
  });

const answersIn = (text: string) => text.match(/<[^<>]*>/g);

/** An instance whose bytes the test writes itself. */
async function serveBytes(onConnection: (socket: Socket) => void) {
  const server: Server = createServer(onConnection);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const pool = new FakePool();
  pool.add(server);
  const bench = await startRouter(table(application([module(version(pool))])));
  return { ...bench, pool };
}

describe('a client connection', () => {
  it('answers what is pipelined in order, with and without bodies', async () => {
    const { port } = await echo();
    const post = `POST /2 HTTP/1.1\r\n${host}Content-Length: 5\r\n\r\nhello`;
    const text = await raw(port, `${get('/1')}${post}${get('/3')}${last}`);
    expect(answersIn(text)).toEqual(['<GET /1 >', '<POST /2 hello>', '<GET /3 >', '<GET /last >']);
  });

  it('takes requests in pieces of one byte', async () => {
    const { port } = await echo();
    const socket = connect({ port, host: '127.0.0.1', noDelay: true });
    let text = '';
    socket.on('data', (chunk) => {
      text += chunk;
    });
    for (const byte of `POST /a HTTP/1.1\r\n${host}Content-Length: 3\r\n\r\nabc${last}`) {
      socket.write(byte);
      await new Promise((resolve) => setImmediate(resolve));
    }
    await new Promise((resolve) => socket.once('close', resolve));
    expect(answersIn(text)).toEqual(['<POST /a abc>', '<GET /last >']);
  });

  it.each([
    [
      'a chunked body',
      `POST /x HTTP/1.1\r\n${host}Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n`,
      '<POST /x abc>',
    ],
    ['an absolute target', `GET http://shop.localhost/x HTTP/1.1\r\n${host}\r\n`, '<GET /x >'],
    [
      'an expectation',
      `POST /x HTTP/1.1\r\n${host}Expect: 100-continue\r\nContent-Length: 3\r\n\r\nabc`,
      '<POST /x abc>',
    ],
    ['an upgrade that nobody wants', get('/x', 'Connection: Upgrade\r\nUpgrade: h2c\r\n'), '<GET /x >'],
    ['an empty line first', `\r\n${get('/x')}`, '<GET /x >'],
  ])('is handed over in the middle for %s, and goes on', async (_, odd, answer) => {
    const { port, router } = await echo();
    const text = await raw(port, `${get('/1')}${odd}${get('/2')}${last}`);
    expect(answersIn(text)).toEqual(['<GET /1 >', answer, '<GET /2 >', '<GET /last >']);
    expect(router.statistics().requestsInFlight).toBe(0);
  });

  it('refuses what is malformed after requests that were not', async () => {
    const { port } = await echo();
    const text = await raw(port, `${get('/1')}GET /2 HTTP/1.1\r\n${host}X : y\r\n\r\n${get('/3')}`);
    expect(answersIn(text)).toEqual(['<GET /1 >']);
    expect(text).toContain('HTTP/1.1 400 Bad Request');
  });

  it('that does not speak HTTP is refused at its first bytes, without waiting for more', async () => {
    const { port } = await echo();
    const socket = connect({ port, host: '127.0.0.1' });
    let text = '';
    socket.on('data', (chunk) => {
      text += chunk;
    });
    socket.write(Buffer.from([0x16, 0x03, 0x01, 0x02, 0x00]));
    // Not cut after a time: those limits are at their usual length here.
    await new Promise((resolve) => socket.once('close', resolve));
    expect(text).toMatch(/^HTTP\/1\.1 400 /);
  });

  it('that pipelines without reading is not read for ever', async () => {
    const { port, pool } = await serveOne((_, response) => response.end('x'.repeat(20_000)));
    const socket = connect({ port, host: '127.0.0.1' });
    socket.on('error', () => {});
    socket.pause();
    const flood = get('/').repeat(5000);
    for (let round = 0; round < 10; round += 1) socket.write(flood);
    for (let before = -1; before !== pool.granted; ) {
      before = pool.granted;
      await new Promise((resolve) => setTimeout(resolve, 300));
    }
    expect(pool.granted).toBeLessThan(5000);
    socket.destroy();
    await until(() => pool.inFlight === 0);
  });

  it('leaves no listener behind for each request', async () => {
    const warnings: Error[] = [];
    const onWarning = (warning: Error) => warnings.push(warning);
    process.on('warning', onWarning);
    onTestFinished(() => void process.off('warning', onWarning));
    const { port } = await echo();
    const post = `POST /p HTTP/1.1\r\n${host}Content-Length: 70000\r\n\r\n${'x'.repeat(70_000)}`;
    const chunked = `POST /c HTTP/1.1\r\n${host}Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n`;
    const text = await raw(port, `${get('/1').repeat(30)}${post.repeat(30)}${chunked.repeat(30)}${last}`);
    expect(answersIn(text)).toHaveLength(91);
    await new Promise((resolve) => setImmediate(resolve));
    expect(warnings).toEqual([]);
  });

  it('that is idle for too long is closed; one that never speaks is told so', async () => {
    const limits = { keepAliveTimeoutMs: 150, headersTimeoutMs: 100, checkIntervalMs: 20 };
    const { port } = await serveOne((_, response) => response.end('<x>'), { options: { limits } });
    expect(answersIn(await raw(port, get('/')))).toEqual(['<x>']);
    expect(await raw(port, '')).toMatch(/^HTTP\/1\.1 408 /);
  });

  it('is told when the router closes, and not kept', async () => {
    let answerIt = () => {};
    const { port, router, pool } = await serveOne((_, response) => {
      answerIt = () => response.end('<late>');
    });
    const text = raw(port, get('/'));
    await until(() => pool.inFlight === 1);
    const closed = router.close({ graceMs: 5000 });
    await new Promise((resolve) => setTimeout(resolve, 100));
    answerIt();
    expect(await text).toMatch(/\r\nConnection: close\r\n/);
    await closed;
  });
});

describe('an instance', () => {
  const answers: readonly (readonly [what: string, bytes: string, status: number])[] = [
    ['that sends lengths twice', 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nabc', 502],
    [
      'that sends a length and chunks',
      'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
      502,
    ],
    ['that folds a header', 'HTTP/1.1 200 OK\r\nX: a\r\n b\r\nContent-Length: 0\r\n\r\n', 502],
    ['that speaks something else', 'SSH-2.0-OpenSSH\r\n\r\n', 502],
    ['that changes the protocol unasked', 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n', 502],
    [
      'that announces first',
      'HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok',
      200,
    ],
    ['that ends with its connection', 'HTTP/1.0 200 OK\r\n\r\nok', 200],
  ];

  it.each(answers)('%s', async (_, bytes, status) => {
    const { port, pool } = await serveBytes((socket) => {
      socket.on('error', () => {});
      socket.once('data', () => socket.end(bytes));
    });
    const answer = await call(port, { method: 'POST', body: 'x' });
    expect(answer.status).toBe(status);
    if (status === 200) expect(answer.body).toBe('ok');
    expect([pool.inFlight, pool.doubleReleases]).toEqual([0, 0]);
  });

  it('that says more than it was asked for: nobody gets the rest', async () => {
    let connections = 0;
    const { port } = await serveBytes((socket) => {
      connections += 1;
      socket.on('error', () => {});
      socket.on('data', () => {
        socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokHTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil');
      });
    });
    for (let round = 0; round < 3; round += 1) expect((await call(port)).body).toBe('ok');
    expect(connections).toBe(3);
  });

  it('that breaks off in a chunk: the client sees it', async () => {
    const { port } = await serveBytes((socket) => {
      socket.on('error', () => {});
      socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel'));
    });
    await expect(call(port)).rejects.toThrow(/aborted|hang up|ECONNRESET/);
  });

  it('whose chunks and head come in pieces of one byte', async () => {
    const bytes =
      'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nX-A: b\r\n\r\n5\r\nhello\r\n1;x=y\r\n!\r\n0\r\nT: r\r\n\r\n';
    const { port } = await serveBytes((socket) => {
      socket.setNoDelay(true);
      socket.on('error', () => {});
      socket.on('data', () => void say(socket));
    });
    const say = async (socket: Socket) => {
      for (const byte of bytes) {
        socket.write(byte);
        await new Promise((resolve) => setImmediate(resolve));
      }
    };
    for (let round = 0; round < 2; round += 1) {
      const answer = await call(port);
      expect([answer.body, answer.headers['x-a'], answer.headers.t]).toEqual(['hello!', 'b', undefined]);
    }
  });
});

describe('what reaches the instance', () => {
  it('is what Node itself would have read, whatever the bytes and however they are cut', async () => {
    const behind: string[] = [];
    const { port, pool } = await serveOne((request, response) => {
      let body = '';
      request.setEncoding('latin1');
      request.on('data', (text: string) => {
        body += text;
      });
      request.on('end', () => {
        behind.push(`${request.method} ${request.url} ${body}`);
        response.end('fine');
      });
    });
    const property = fc.asyncProperty(mutated(requests), fc.integer({ min: 1, max: 80 }), async (text, step) => {
      behind.length = 0;
      await send(port, Buffer.from(text, 'latin1'), step);
      await until(() => pool.inFlight === 0);
      const seen = await requestsSeenByNode(Buffer.from(text, 'latin1'));
      const known = new Set(seen.map(({ method, target, body }) => `${method} ${pathOf(target)} ${body}`));
      for (const request of behind) expect(known).toContain(request);
    });
    await fc.assert(property, { numRuns: Number(process.env.WIRE_SOCKETS ?? 150), seed: 7 });
    expect(pool.doubleReleases).toBe(0);
  });
});

function pathOf(target = ''): string {
  return target.replace(/^https?:\/\/[^/?#]+/i, '');
}

/** Sends bytes in pieces, then gives the answer a moment. */
async function send(port: number, bytes: Buffer, pieces: number): Promise<void> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  socket.resume();
  socket.on('error', () => {});
  const size = Math.ceil(bytes.length / pieces);
  for (let at = 0; at < bytes.length; at += size) {
    socket.write(bytes.subarray(at, at + size));
    await new Promise((next) => setImmediate(next));
  }
  setTimeout(() => socket.destroy(), 30);
  await closed;
}
