/** The cases of the Autobahn test suite through the router, by Autobahn's own protocol, to two servers that share no code. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createInterface } from 'node:readline';
import { describe, expect, it, onTestFinished } from 'vitest';
import { WebSocketServer } from 'ws';
import { FakePool } from './fake-pool.ts';
import { application, module, startRouter, startServer, table, until, version } from './router-bench.ts';

/** Where the operating system's own packages are. */
const python = '/usr/bin/python3';
const lacks = (library: string) => spawnSync(python, ['-c', `import ${library}`]).status !== 0;
const lacksAutobahn = lacks('autobahn.asyncio.websocket');
const lacksWebsockets = lacks('websockets');

/** More than the sections 1 to 7, 9, 10, 12 and 13 have together when some were left out. */
const CASES = 284;
const TIME_MS = 300_000;

function start(script: string, ...args: readonly string[]): ChildProcess {
  const child = spawn(python, [`test/fixtures/websockets/${script}`, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  return child;
}

async function firstLine(child: ChildProcess): Promise<string> {
  if (!child.stdout) throw new Error('it has no output');
  for await (const line of createInterface({ input: child.stdout })) return line;
  throw new Error('it ended without a word');
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  await new Promise((done) => server.close(done));
  return port;
}

/** What Autobahn has against the echo server behind the router. */
async function judged(pool: FakePool): Promise<unknown> {
  const { port, router } = await startRouter(table(application([module(version(pool))])));
  const judge = start('conformance.py', 'ws://shop.localhost/', `http://127.0.0.1:${port}`);
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
      expect(await firstLine(start('echo.py', String(instancePort)))).toBe('listening');
      const pool = new FakePool();
      pool.addPort(instancePort);
      expect(await judged(pool)).toEqual({ cases: CASES, problems: {} });
    },
  );
});
