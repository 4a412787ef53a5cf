/** WebSockets and long polling against real instances: the scaler, a deploy, and what session affinity is for (S2). */
import { once } from 'node:events';
import { describe, expect, it, onTestFinished } from 'vitest';
import WebSocket from 'ws';
import type { VersionSpec } from '../../../src/model/version-spec.ts';
import { type ApiPlatform, apiPlatform } from '../apis/api-platform.ts';

const platform = apiPlatform();
const program: Pick<VersionSpec, 'runtime' | 'entrypoint'> = { runtime: 'custom', entrypoint: 'node server.cjs' };

async function deploy(app: string, spec: Partial<VersionSpec>): Promise<string> {
  const application = platform.newApplication();
  await platform.deploy(application, [{ app, spec: { ...program, ...spec } }]);
  return application;
}

async function openSocket(application: string): Promise<{ readonly socket: WebSocket; readonly name: string }> {
  const host = `${application}.localhost:${platform.routerPort}`;
  const socket = new WebSocket(`ws://127.0.0.1:${platform.routerPort}/`, { headers: { Host: host } });
  onTestFinished(() => socket.terminate());
  const [greeting] = await once(socket, 'message');
  return { socket, name: String(greeting) };
}

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 20));
}

async function echo(socket: WebSocket, text: string): Promise<string> {
  const answer = once(socket, 'message');
  socket.send(text);
  return String((await answer)[0]);
}

describe('WebSockets and instances', () => {
  it('count as work: an instance that has all it can take gets company, and is not idle', async () => {
    const application = await deploy('websocket-rooms', {
      scaling: { type: 'automatic', maxConcurrentRequests: 1, maxInstances: 3 },
      instanceClass: 'F1',
    });
    const sockets = [await openSocket(application), await openSocket(application), await openSocket(application)];
    expect(new Set(sockets.map(({ name }) => name)).size).toBe(3);
    const instances = (await platform.backend.instances?.list(application)) ?? [];
    expect(instances.map(({ requestsInFlight }) => requestsInFlight)).toEqual([1, 1, 1]);
    for (const { socket } of sockets) expect(await echo(socket, 'still here')).toBe('still here');
  });

  it('need no affinity: each is one connection, whatever instance it is on', async () => {
    const application = await deploy('websocket-rooms', { scaling: { type: 'manual', instances: 2 } });
    const sockets = await Promise.all(Array.from({ length: 4 }, () => openSocket(application)));
    expect(new Set(sockets.map(({ name }) => name)).size).toBe(2);
    for (const [index, { socket }] of sockets.entries()) {
      for (let round = 0; round < 3; round += 1)
        expect(await echo(socket, `${index} ${round}`)).toBe(`${index} ${round}`);
    }
  });

  it('are not limited in number where nothing documented limits them', async () => {
    const application = await deploy('websocket-rooms', { scaling: { type: 'manual', instances: 1 } });
    const sockets = await Promise.all(Array.from({ length: 150 }, () => openSocket(application)));
    expect(new Set(sockets.map(({ name }) => name)).size).toBe(1);
    expect((await platform.ask(application, '/')).status).toBe(200);
  });

  it('stay on the old instance while a deploy replaces it, and new ones go to the new one', async () => {
    const spec = { ...program, scaling: { type: 'manual', instances: 1 } } as const;
    const application = await deploy('websocket-rooms', spec);
    const old = await openSocket(application);
    const replacement = { ...spec, environmentVariables: { COLOUR: 'green' } };
    await platform.deploy(application, [{ app: 'websocket-rooms', spec: replacement }]);
    expect((await openSocket(application)).name).toContain('green');
    expect(await echo(old.socket, 'still here')).toBe('still here');
    const states = (await platform.backend.instances?.list(application))?.map(({ state }) => state).sort();
    expect(states).toEqual(['ready', 'stopping']);
    const closed = once(old.socket, 'close');
    old.socket.close(4000);
    expect((await closed)[0]).toBe(4000);
    // Nothing holds the old instance any more.
    while (((await platform.backend.instances?.list(application)) ?? []).length > 1) await pause();
  });
});

interface Polling {
  readonly get: (path: string) => Promise<{ readonly status: number; readonly body: string }>;
  readonly post: (path: string, body: string) => Promise<{ readonly status: number }>;
}

/** A browser that does without WebSockets: it keeps cookies, and that is all. */
function pollingClient(application: string): Polling {
  const cookies = new Map<string, string>();
  const ask = async (path: string, options: Parameters<ApiPlatform['ask']>[2]) => {
    const headers: Record<string, string> =
      cookies.size === 0 ? {} : { Cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; ') };
    const answer = await platform.ask(application, path, { ...options, headers });
    for (const cookie of answer.headers['set-cookie'] ?? []) {
      const [name = '', value = ''] = (cookie.split(';')[0] ?? '').split('=');
      cookies.set(name, value);
    }
    return answer;
  };
  return { get: (path) => ask(path, {}), post: (path, body) => ask(path, { method: 'POST', body }) };
}

/** What socket.io does without WebSockets: a session on one instance, a waiting GET, and a POST for each message. */
async function converse(client: Polling): Promise<readonly number[]> {
  const { sid } = JSON.parse((await client.get('/')).body);
  const statuses: number[] = [];
  for (let round = 0; round < 8; round += 1) {
    const sent = await client.post(`/?sid=${sid}`, `message ${round}`);
    statuses.push(sent.status);
    if (sent.status !== 200) continue;
    const polled = await client.get(`/?sid=${sid}`);
    statuses.push(polled.status);
    if (polled.status === 200) expect(JSON.parse(polled.body).at(-1)).toBe(`message ${round}`);
  }
  return statuses;
}

describe('the fall-back of clients without WebSockets', () => {
  const scaling = { type: 'manual', instances: 3 } as const;

  it('W2 works across several instances with session affinity', async () => {
    const application = await deploy('long-polling', { scaling, network: { sessionAffinity: true } });
    const clients = Array.from({ length: 4 }, () => pollingClient(application));
    for (const statuses of await Promise.all(clients.map(converse))) {
      expect(statuses).toHaveLength(16);
      expect(new Set(statuses)).toEqual(new Set([200]));
    }
  });

  it('W4 fails without it', async () => {
    const application = await deploy('long-polling', { scaling });
    expect(await converse(pollingClient(application))).toContain(400);
  });

  it('W3 is best effort: when its instance is gone, the client begins anew on another one', async () => {
    const application = await deploy('long-polling', { scaling, network: { sessionAffinity: true } });
    const client = pollingClient(application);
    const { sid } = JSON.parse((await client.get('/')).body);
    const before = (await platform.backend.instances?.list(application)) ?? [];
    const mine = before.find(({ requests }) => requests > 0);
    expect(mine).toBeDefined();
    await platform.backend.instances?.stop({ application, module: 'default', version: 'uno' }, mine?.id ?? '');
    expect((await client.get(`/?sid=${sid}`)).status).toBe(400);
    expect(new Set(await converse(client))).toEqual(new Set([200]));
  });
});
