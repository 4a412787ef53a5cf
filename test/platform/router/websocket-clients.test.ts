/** WebSockets between two programs that share no code with us: the Python library websockets on both sides. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createInterface } from 'node:readline';
import { describe, expect, it, onTestFinished } from 'vitest';
import { FakePool } from './fake-pool.ts';
import { application, module, startRouter, table, until, version } from './router-bench.ts';

/** Where the operating system's own packages are. */
const python = '/usr/bin/python3';
const hasLibrary = spawnSync(python, ['-c', 'import websockets']).status === 0;

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

describe('WebSockets of another implementation (python3-websockets)', () => {
  it.skipIf(!hasLibrary)(
    'pass through: messages, fragments, pings, compression, subprotocols, close codes',
    async () => {
      const instancePort = await freePort();
      const server = start('server.py', String(instancePort));
      expect(await firstLine(server)).toBe('listening');
      const pool = new FakePool();
      pool.addPort(instancePort);
      const { port, router } = await startRouter(table(application([module(version(pool))])));
      const client = start('client.py', `127.0.0.1:${port}`, 'shop.localhost');
      expect(JSON.parse(await firstLine(client))).toEqual({
        conversation: {
          greeting: '/chat?room=1 chat',
          subprotocol: 'chat',
          compressed: ['permessage-deflate'],
          binary: true,
          text: true,
          fragments: true,
          closed: [4321, 'as you wish'],
          'own close': 1001,
        },
        many: 50,
      });
      await until(() => pool.released === 52);
      expect(router.statistics().webSocketsOpen).toBe(0);
    },
  );
});
