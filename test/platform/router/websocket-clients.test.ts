/** WebSockets between two programs that share no code with us: the Python library websockets on both sides. */
import { describe, expect, it } from 'vitest';
import { FakePool } from './fake-pool.ts';
import { firstLine, freePort, lacksLibrary, startPeer } from './python-peer.ts';
import { application, module, startRouter, table, until, version } from './router-bench.ts';

const lacksWebsockets = lacksLibrary('websockets');

describe('WebSockets of another implementation (python3-websockets)', () => {
  it.skipIf(lacksWebsockets)(
    'pass through: messages, fragments, pings, compression, subprotocols, close codes',
    async () => {
      const instancePort = await freePort();
      const server = startPeer('server.py', String(instancePort));
      expect(await firstLine(server)).toBe('listening');
      const pool = new FakePool();
      pool.addPort(instancePort);
      const { port, router } = await startRouter(table(application([module(version(pool))])));
      const client = startPeer('client.py', `127.0.0.1:${port}`, 'shop.localhost');
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
