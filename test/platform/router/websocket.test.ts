import { once } from 'node:events';
import { request as httpRequest, type Server } from 'node:http';
import { connect } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import WebSocket, { WebSocketServer } from 'ws';
import { createFakeClock } from '../../fake-clock.ts';
import { raw } from './client.ts';
import { FakePool } from './fake-pool.ts';
import {
  application,
  appSpec,
  module,
  portOf,
  serveOne,
  startRouter,
  startServer,
  table,
  until,
  version,
} from './router-bench.ts';

/** A server whose WebSockets send everything back. */
async function echoServer(): Promise<{ readonly server: Server; readonly sockets: WebSocketServer }> {
  const server = await startServer((_, response) => response.end('plain'));
  const sockets = new WebSocketServer({ server, handleProtocols: (protocols) => [...protocols].at(-1) ?? false });
  sockets.on('connection', (socket, request) => {
    socket.on('error', () => {});
    socket.send(`${request.headers.host} ${request.headers['x-appengine-user-ip']}`);
    socket.on('message', (data, isBinary) => socket.send(data, { binary: isBinary }));
  });
  onTestFinished(() => {
    for (const socket of sockets.clients) socket.terminate();
    sockets.close();
  });
  return { server, sockets };
}

async function echoApp(options = {}) {
  const { server, sockets } = await echoServer();
  const pool = new FakePool();
  pool.add(server);
  const bench = await startRouter(table(application([module(version(pool))])), options);
  const open = async (host = 'shop.localhost', protocols: string[] = []) => {
    const socket = new WebSocket(`ws://127.0.0.1:${bench.port}/chat?room=1`, protocols, { headers: { Host: host } });
    const greeting = once(socket, 'message');
    onTestFinished(() => socket.terminate());
    return { socket, greeting: String((await greeting)[0]) };
  };
  return { ...bench, pool, server, sockets, open };
}

describe('WebSockets', () => {
  it.each(['shop.localhost', 'uno-dot-default-dot-shop.localhost', 'uno.default.shop.appspot.com'])(
    'echo through %s',
    async (host) => {
      const { open, pool, router, logs } = await echoApp();
      const { socket, greeting } = await open(host);
      expect(greeting).toBe(`${host} 127.0.0.1`);
      expect(pool.inFlight).toBe(1);
      expect(router.statistics().webSocketsOpen).toBe(1);
      for (const message of ['hello', 'ä€', 'x'.repeat(100_000)]) {
        socket.send(message);
        expect(String((await once(socket, 'message'))[0])).toBe(message);
      }
      const binary = Buffer.from([0, 255, 1, 254]);
      socket.send(binary);
      expect((await once(socket, 'message'))[0]).toEqual(binary);
      socket.ping();
      await once(socket, 'pong');
      socket.close(4001, 'bye');
      expect((await once(socket, 'close'))[0]).toBe(4001);
      await until(() => pool.released === 1);
      expect(pool.doubleReleases).toBe(0);
      expect(router.statistics().webSocketsOpen).toBe(0);
      expect(logs[0]).toMatchObject({ status: 101, resource: '/chat?room=1', instance: '0' });
      expect(logs[0]?.responseSize).toBeGreaterThan(100_000);
    },
  );

  it('agree on a subprotocol', async () => {
    const { open } = await echoApp();
    expect((await open('shop.localhost', ['a', 'b'])).socket.protocol).toBe('b');
  });

  it('tell the client the close code of the instance', async () => {
    const { open, sockets, pool } = await echoApp();
    const { socket } = await open();
    for (const client of sockets.clients) client.close(4009, 'enough');
    expect((await once(socket, 'close'))[0]).toBe(4009);
    await until(() => pool.released === 1);
  });

  it('carry messages of 64 megabytes both ways', async () => {
    const { open } = await echoApp();
    const { socket } = await open();
    const message = Buffer.alloc(64 * 1024 * 1024, 'm');
    socket.send(message);
    const [data] = await once(socket, 'message');
    expect(message.equals(data as Buffer)).toBe(true);
  });

  it.each([
    ['chat-dot-shop.localhost', 'chat'],
    ['chat.shop.localhost', 'chat'],
    ['dos-dot-chat-dot-shop.localhost', 'dos'],
    ['dos.chat.shop.localhost', 'dos'],
    ['0-dot-dos-dot-chat-dot-shop.localhost', 'dos'],
    ['0.dos.chat.shop.localhost', 'dos'],
    ['shop.localhost', 'default'],
  ])('reach any module and version: %s', async (host, expected) => {
    const routed = await Promise.all(
      [
        ['default', 'uno'],
        ['chat', 'uno'],
        ['chat', 'dos'],
      ].map(async ([name = '', id = '']) => {
        const server = await startServer(() => {});
        new WebSocketServer({ server }).on('connection', (socket) => socket.send(id === 'dos' ? 'dos' : name));
        const pool = new FakePool();
        pool.add(server);
        return version(pool, { module: name, version: id });
      }),
    );
    const [main, chat, dos] = routed;
    if (!main || !chat || !dos) throw new Error('three were made');
    const { port } = await startRouter(table(application([module(main), module(chat, dos)])));
    const socket = new WebSocket(`ws://127.0.0.1:${port}/`, { headers: { Host: host } });
    onTestFinished(() => socket.terminate());
    expect(String((await once(socket, 'message'))[0])).toBe(expected);
  });

  it('make a fast instance wait for a slow client', async () => {
    let sent = 0;
    const instance = await startServer(() => {});
    instance.on('upgrade', (_, socket) => {
      socket.on('error', () => {});
      socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n');
      const chunk = Buffer.alloc(64 * 1024);
      const fill = () => {
        while (sent < 1_000_000_000 && socket.write(chunk)) sent += chunk.length;
        sent += chunk.length;
      };
      socket.on('drain', fill);
      fill();
    });
    const pool = new FakePool();
    pool.add(instance);
    const { port } = await startRouter(table(application([module(version(pool))])));
    const client = connect(port, '127.0.0.1');
    client.write('GET / HTTP/1.1\r\nHost: shop.localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n');
    await once(client, 'data');
    client.pause();
    // Nothing more is taken once every buffer on the way is full.
    let before = -1;
    while (before !== sent) {
      before = sent;
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
    expect(sent).toBeLessThan(60_000_000);
    client.destroy();
    await until(() => pool.released === 1);
  });

  it('are not lost to bytes that come with the handshake', async () => {
    const instance = await startServer(() => {});
    instance.on('upgrade', (_, socket, head: Buffer) => {
      socket.write(
        `HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\nearly:${head}`,
      );
      socket.on('data', (chunk) => socket.end(`late:${chunk}`));
    });
    const pool = new FakePool();
    pool.add(instance);
    const { port } = await startRouter(table(application([module(version(pool))])));
    const head = 'GET / HTTP/1.1\r\nHost: shop.localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n';
    const text = await raw(port, `${head}first bytes`);
    expect(text).toMatch(/^HTTP\/1\.1 101 Switching Protocols\r\n/);
    expect(text).toMatch(/early:.*late:first bytes$/s);
  });

  it('W6 end after an hour to the second, however busy they are', async () => {
    const clock = createFakeClock();
    const { open, pool } = await echoApp({ clock });
    const { socket } = await open();
    const echoed = async (text: string) => {
      socket.send(text);
      return String((await once(socket, 'message'))[0]);
    };
    await clock.advance(3_599_000);
    expect(await echoed('still here')).toBe('still here');
    const closed = once(socket, 'close');
    await clock.advance(1000);
    // No close frame is made up: the connection ends, as the client sees it.
    expect((await closed)[0]).toBe(1006);
    await until(() => pool.released === 1);
  });

  it('W6 end after an hour, here after 100 ms', async () => {
    const { open, pool, logs } = await echoApp({ maxWebSocketMs: 100 });
    const { socket } = await open();
    await once(socket, 'close');
    await until(() => pool.released === 1);
    expect(logs[0]?.status).toBe(101);
  });

  it('end with their instance', async () => {
    const { open, pool } = await echoApp();
    const { socket } = await open();
    pool.instances[0]?.killed.abort();
    await once(socket, 'close');
    await until(() => pool.released === 1);
    expect(pool.doubleReleases).toBe(0);
  });

  it('begin on a connection that served ordinary requests before', async () => {
    const { port, pool } = await echoApp();
    const client = connect(port, '127.0.0.1');
    onTestFinished(() => void client.destroy());
    let text = '';
    client.on('data', (chunk) => {
      text += chunk;
    });
    for (let round = 1; round <= 2; round += 1) {
      client.write('GET / HTTP/1.1\r\nHost: shop.localhost\r\n\r\n');
      await until(() => text.split('plain').length === round + 1);
    }
    client.write(handshake());
    await until(() => text.includes('101 Switching Protocols') && text.includes('shop.localhost 127.0.0.1'));
    client.destroy();
    await until(() => pool.released === 3);
  });

  it('survive a swap of the table, and end when the router closes', async () => {
    const { open, router, port } = await echoApp();
    const { socket } = await open();
    router.swap(table());
    socket.send('still here');
    expect(String((await once(socket, 'message'))[0])).toBe('still here');
    const closed = once(socket, 'close');
    await router.close({ graceMs: 0 });
    await closed;
    await expect(raw(port, '')).rejects.toThrow('ECONNREFUSED');
  });

  it('give the instance back when the client just disappears', async () => {
    const { open, pool, sockets } = await echoApp();
    const { socket } = await open();
    socket.terminate();
    await until(() => pool.released === 1 && sockets.clients.size === 0);
  });

  it('that wait for an instance do not keep the router from closing', async () => {
    const { port, pool, router } = await echoApp();
    pool.parked = [];
    const waiting = raw(
      port,
      'GET / HTTP/1.1\r\nHost: shop.localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n',
    );
    await until(() => pool.parked?.length === 1);
    await router.close({ graceMs: 0 });
    expect(await waiting).toBe('');
  });

  it('give up when the client goes while it waits for an instance', async () => {
    const { port, pool } = await echoApp();
    pool.parked = [];
    const client = connect(port, '127.0.0.1');
    client.write('GET / HTTP/1.1\r\nHost: shop.localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n');
    await until(() => pool.parked?.length === 1);
    client.destroy();
    await until(() => pool.claims[0]?.signal?.aborted === true);
  });
});

const handshake = (path = '/', host = 'shop.localhost') =>
  `GET ${path} HTTP/1.1\r\nHost: ${host}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n`;

describe('handshakes that come to nothing', () => {
  it('are answered like any request, and the connection ends', async () => {
    const { port, pool, router } = await serveOne((request, response) => {
      response.writeHead(426, { 'X-A': 'b' });
      response.end(`no sockets at ${request.url}`);
    });
    const text = await raw(port, handshake('/x'));
    expect(text).toMatch(/^HTTP\/1\.1 426 /);
    expect(text).toMatch(/X-A: b/i);
    expect(text).toContain('no sockets at /x');
    await until(() => pool.released === 1);
    expect(router.statistics().webSocketsOpen).toBe(0);
  });

  it('are refused by the same rules', async () => {
    const { port, pool } = await serveOne(() => {});
    expect(await raw(port, handshake('/_ah/background'))).toMatch(/^HTTP\/1\.1 404 /);
    expect(await raw(port, handshake('/a/../b'))).toMatch(/^HTTP\/1\.1 302 /);
    expect(await raw(port, handshake('/', 'nope.localhost'))).toMatch(/^HTTP\/1\.1 404 /);
    pool.refusal = 'stopped';
    expect(await raw(port, handshake())).toMatch(/^HTTP\/1\.1 404 /);
    expect(pool.granted).toBe(0);
  });

  it('go to another instance when one refuses the connection, and are 502 when none takes it', async () => {
    const { server } = await echoServer();
    const gone = await startServer(() => {});
    const deadPort = portOf(gone);
    await new Promise((resolve) => gone.close(resolve));
    const pool = new FakePool();
    pool.addPort(deadPort);
    pool.add(server);
    const { port } = await startRouter(table(application([module(version(pool))])));
    const socket = new WebSocket(`ws://127.0.0.1:${port}/`, { headers: { Host: 'shop.localhost' } });
    await once(socket, 'message');
    socket.terminate();
    await until(() => pool.released === 2);
    pool.instances.length = 0;
    for (let index = 0; index < 3; index += 1) pool.addPort(deadPort, `dead${index}`);
    expect(await raw(port, handshake())).toMatch(/^HTTP\/1\.1 502 /);
    await until(() => pool.released === 5);
    expect(pool.doubleReleases).toBe(0);
  });
});

describe('other upgrades', () => {
  it('are ordinary requests', async () => {
    const { port } = await serveOne((request, response) => {
      let body = '';
      request.on('data', (chunk) => {
        body += chunk;
      });
      request.on('end', () => response.end(`${request.method} ${body} ${request.headers.upgrade}`));
    });
    const answer = await new Promise<string>((resolve) => {
      const request = httpRequest({
        port,
        host: '127.0.0.1',
        method: 'POST',
        headers: {
          Host: 'shop.localhost',
          Connection: 'Upgrade, HTTP2-Settings',
          Upgrade: 'h2c',
          'HTTP2-Settings': 'AAA',
          'Content-Length': 4,
        },
      });
      request.on('response', (response) => {
        let body = '';
        response.on('data', (chunk) => {
          body += chunk;
        });
        response.on('end', () => resolve(body));
      });
      request.end('body');
    });
    expect(answer).toBe('POST body undefined');
  });
});

describe('session affinity', () => {
  const affine = appSpec({ network: { sessionAffinity: true } });

  async function twoInstances(spec = affine) {
    const pool = new FakePool();
    for (const id of ['a', 'b']) {
      const server = await startServer((_, response) =>
        response.writeHead(200, { 'Cache-Control': 'public, max-age=60' }).end(id),
      );
      new WebSocketServer({ server }).on('connection', (socket) => socket.send(id));
      pool.add(server, id);
    }
    const bench = await startRouter(table(application([module(version(pool, { spec }))])));
    return { ...bench, pool };
  }

  const get = async (port: number, cookie?: string) => {
    const { call } = await import('./client.ts');
    const answer = await call(port, { headers: cookie === undefined ? {} : { Cookie: cookie } });
    return { ...answer, cookie: answer.headers['set-cookie']?.[0]?.split(';')[0] };
  };

  it('W1 the first answer sets the cookie, and no cache may share it', async () => {
    const { port } = await twoInstances();
    const first = await get(port);
    expect(first.cookie).toMatch(/^GAESA=[\w-]+$/);
    expect(first.headers['cache-control']).toBe('private, max-age=60');
  });

  it('W2 the cookie leads back, however busy the instance is', async () => {
    const { port, pool } = await twoInstances();
    const first = await get(port);
    for (const instance of pool.instances) instance.inFlight += instance.id === first.body ? 5 : 0;
    for (let round = 0; round < 5; round += 1) {
      const next = await get(port, first.cookie);
      expect(next.body).toBe(first.body);
      expect(next.cookie).toBeUndefined();
      expect(next.headers['cache-control']).toBe('public, max-age=60');
    }
  });

  it('W3 a dead instance is silently another one, with a new cookie', async () => {
    const { port, pool } = await twoInstances();
    const first = await get(port);
    pool.instances.splice(
      pool.instances.findIndex(({ id }) => id === first.body),
      1,
    );
    const next = await get(port, first.cookie);
    expect([next.status, next.body]).toEqual([200, first.body === 'a' ? 'b' : 'a']);
    expect(next.cookie).toMatch(/^GAESA=/);
    expect(next.cookie).not.toBe(first.cookie);
  });

  it('W4 nothing when it is off', async () => {
    const { port, pool } = await twoInstances(appSpec());
    expect((await get(port, 'GAESA=xyz')).cookie).toBeUndefined();
    expect(pool.claims[0]?.preferred).toBeUndefined();
  });

  it('W5 WebSockets follow the cookie, and set it', async () => {
    const { port, pool } = await twoInstances();
    const first = await get(port);
    for (const instance of pool.instances) instance.inFlight += instance.id === first.body ? 5 : 0;
    const socket = new WebSocket(`ws://127.0.0.1:${port}/`, {
      headers: { Host: 'shop.localhost', Cookie: first.cookie },
    });
    expect(String((await once(socket, 'message'))[0])).toBe(first.body);
    socket.terminate();
    const text = await new Promise<string>((resolve) => {
      const client = connect(port, '127.0.0.1', () => client.write(handshake()));
      client.once('data', (chunk) => {
        resolve(String(chunk));
        client.destroy();
      });
    });
    expect(text).toMatch(/Set-Cookie: GAESA=/);
    await until(() => pool.released === pool.granted);
  });
});
