/** The cases of the Autobahn test suite through the router, by Autobahn's own protocol, to two servers that share no code. */
import { describe, expect, it } from 'vitest';
import { WebSocketServer } from 'ws';
import { FakePool } from './fake-pool.ts';
import { firstLine, freePort, lacksLibrary, startPeer } from './python-peer.ts';
import { application, module, startRouter, startServer, table, until, version } from './router-bench.ts';

const lacksAutobahn = lacksLibrary('autobahn.asyncio.websocket');
const lacksWebsockets = lacksLibrary('websockets');

/** More than the sections 1 to 7, 9, 10, 12 and 13 have together when some were left out. */
const CASES = 284;
const TIME_MS = 300_000;

/** What Autobahn has against the echo server behind the router. */
async function judged(pool: FakePool): Promise<unknown> {
  const { port, router } = await startRouter(table(application([module(version(pool))])));
  const judge = startPeer('conformance.py', 'ws://shop.localhost/', `http://127.0.0.1:${port}`);
  const verdict = JSON.parse(await firstLine(judge));
  await until(() => router.statistics().webSocketsOpen === 0);
  expect([pool.granted, pool.inFlight, pool.doubleReleases]).toEqual([verdict.cases, 0, 0]);
  return verdict;
}

describe('the cases of the Autobahn test suite (python3-autobahn)', () => {
  it.skipIf(lacksAutobahn)('hold for an application with the library ws of Node', { timeout: TIME_MS }, async () => {
    const server = await startServer(() => {});
    const sockets = new WebSocketServer({ server, perMessageDeflate: true, maxPayload: 2 ** 27 });
    sockets.on('connection', (socket) => {
      socket.on('error', () => {});
      socket.on('message', (data, isBinary) => socket.send(data, { binary: isBinary }));
    });
    const pool = new FakePool();
    pool.add(server);
    expect(await judged(pool)).toEqual({ cases: CASES, problems: {} });
  });

  it.skipIf(lacksAutobahn || lacksWebsockets)(
    'hold for an application with the library websockets of Python',
    { timeout: TIME_MS },
    async () => {
      const instancePort = await freePort();
      expect(await firstLine(startPeer('echo.py', String(instancePort)))).toBe('listening');
      const pool = new FakePool();
      pool.addPort(instancePort);
      expect(await judged(pool)).toEqual({ cases: CASES, problems: {} });
    },
  );
});
