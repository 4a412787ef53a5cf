/** The fall-back story of S2 with the real socket.io: long polling across several instances needs session affinity. */
import { mkdtempSync, rmSync } from 'node:fs';
import { Agent } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { io, type ManagerOptions, type Socket } from 'socket.io-client';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { VersionSpec } from '../../../src/model/version-spec.ts';
import { apiPlatform } from '../apis/api-platform.ts';

const platform = apiPlatform();
const directory = mkdtempSync(join(tmpdir(), 'appcfg-socket-io-'));

// One file with the library in it: what is deployed needs nothing from this machine.
beforeAll(() =>
  build({
    entryPoints: ['test/fixtures/apps/socket-io/server.cjs'],
    bundle: true,
    platform: 'node',
    outfile: join(directory, 'server.cjs'),
  }),
);
afterAll(() => rmSync(directory, { recursive: true, force: true }));

async function deploy(network: VersionSpec['network']): Promise<string> {
  const application = platform.newApplication();
  const spec = { runtime: 'custom', entrypoint: 'node server.cjs', scaling: { type: 'manual', instances: 3 } } as const;
  await platform.deploy(application, [{ app: directory, spec: { ...spec, network } }]);
  return application;
}

/** Every name is this machine's: no name service is asked. */
const agent = new Agent({
  lookup: (_name, { all }, done) =>
    all === true ? done(null, [{ address: '127.0.0.1', family: 4 }]) : done(null, '127.0.0.1', 4),
});

/** A browser's: it keeps cookies, and gives up when its session is lost. */
function client(application: string, transports: NonNullable<ManagerOptions['transports']>): Socket {
  const socket = io(`http://${application}.localhost:${platform.routerPort}`, {
    // Its type knows browsers only.
    agent: agent as unknown as string,
    transports,
    withCredentials: true,
    reconnection: false,
    forceNew: true,
    autoConnect: false,
  });
  onTestFinished(() => void socket.disconnect());
  return socket;
}

/** The instance that a client talks to. Rejects when the connection comes to nothing. */
function connected(socket: Socket): Promise<string> {
  return new Promise((resolve, reject) => {
    socket.once('instance', resolve);
    socket.once('connect_error', reject);
    socket.once('disconnect', (reason) => reject(new Error(reason)));
    socket.connect();
  });
}

async function converse(socket: Socket): Promise<void> {
  for (let round = 0; round < 10; round += 1) {
    expect(await socket.timeout(10_000).emitWithAck('echo', `message ${round}`)).toBe(`message ${round}`);
  }
}

describe('socket.io', () => {
  it('W2 polls across several instances with session affinity', async () => {
    const application = await deploy({ sessionAffinity: true });
    const sockets = Array.from({ length: 6 }, () => client(application, ['polling']));
    const instances = await Promise.all(sockets.map(connected));
    expect(new Set(instances).size).toBeGreaterThan(1);
    await Promise.all(sockets.map(converse));
    expect(sockets.map((socket) => socket.io.engine.transport.name)).toEqual(sockets.map(() => 'polling'));
  });

  it('W5 begins with polling and goes on with a WebSocket, which follows the cookie', async () => {
    const application = await deploy({ sessionAffinity: true });
    const sockets = Array.from({ length: 3 }, () => client(application, ['polling', 'websocket']));
    for (const socket of sockets) {
      // The library probes the WebSocket by itself, with the session that polling began.
      const upgraded = new Promise((resolve) =>
        socket.io.once('open', () => socket.io.engine.once('upgrade', resolve)),
      );
      await connected(socket);
      await upgraded;
      await converse(socket);
      expect(socket.io.engine.transport.name).toBe('websocket');
    }
  });

  it('W4 can not poll across several instances without session affinity', async () => {
    const application = await deploy({});
    await expect(
      (async () => {
        const socket = client(application, ['polling']);
        await connected(socket);
        await converse(socket);
      })(),
    ).rejects.toThrow(/xhr (poll|post) error|operation has timed out/);
  });

  it('needs no affinity where it has WebSockets', async () => {
    const application = await deploy({});
    const sockets = Array.from({ length: 4 }, () => client(application, ['websocket']));
    const instances = await Promise.all(sockets.map(connected));
    expect(new Set(instances).size).toBeGreaterThan(1);
    await Promise.all(sockets.map(converse));
  });
});
