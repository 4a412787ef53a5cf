/** The service remote_socket as any client of App Engine's protocol sees it: what Python's layer hides or avoids. */
import { afterEach, describe, expect, it } from 'vitest';
import type { ApiCall } from '../../../src/platform/apis/api-service.ts';
import { socketMessages as messages } from '../../../src/platform/apis/protocol/remote-socket.ts';
import {
  createRemoteSockets,
  type RemoteSocketParts,
  type SocketTraffic,
} from '../../../src/platform/apis/remote-socket/remote-socket-service.ts';
import { MAX_OPEN_SOCKETS } from '../../../src/platform/apis/remote-socket/socket-table.ts';
import { parseAllowRules } from '../../../src/platform/egress/allow-rules.ts';
import { createEgressPolicy } from '../../../src/platform/egress/egress-policy.ts';
import { systemClock } from '../../../src/support/clock.ts';
import { createFakeClock } from '../../fake-clock.ts';
import { deploymentOf, type TestServer, tcpServer } from './socket-rig.ts';

const [PERMISSION_DENIED, INVALID_REQUEST, SOCKET_CLOSED, SYSTEM_ERROR] = [5, 6, 7, 1];
const [OVER_QUOTA, FEATURE_DISABLED] = [4, 7];
const closers: (() => Promise<void> | void)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

interface Caller {
  readonly application?: string;
  readonly runtime?: string;
}

function startService(parts: Partial<RemoteSocketParts> = {}) {
  const traffic: SocketTraffic[] = [];
  const sockets = createRemoteSockets({
    clock: systemClock,
    policy: createEgressPolicy({ allow: parseAllowRules({ name: 'test', text: '* 127.0.0.1' }), ownRanges: [] }),
    onTraffic: (_, one) => traffic.push(one),
    isPaid: () => true,
    ...parts,
  });
  closers.push(() => sockets.close());
  const callAs =
    ({ application = 'shop', runtime = 'python27' }: Caller) =>
    async <Request extends keyof typeof messages, Reply extends keyof typeof messages>(
      method: string,
      request: readonly [Request, object],
      reply: Reply,
    ) => {
      const deployment = deploymentOf(application, { runtime });
      const call = { caller: { deployment }, deadlineMs: 10_000, signal: new AbortController().signal } as ApiCall;
      const encoded = messages[request[0]].encode(request[1] as never);
      const run = sockets.service[method];
      if (!run) throw new Error(`there is no ${method}`);
      return messages[reply].decode(await run(encoded, call)) as ReturnType<(typeof messages)[Reply]['decode']>;
    };
  return { sockets, traffic, call: callAs({}), callAs };
}

type Service = ReturnType<typeof startService>;

async function echoServer(): Promise<TestServer> {
  const server = await tcpServer((socket) => socket.pipe(socket));
  closers.push(() => server.close());
  return server;
}

const loopback = (port: number) => ({ port, packed_address: Uint8Array.of(127, 0, 0, 1) });

async function connected({ call }: Pick<Service, 'call'>, port: number): Promise<string> {
  const { socket_descriptor: name } = await call(
    'CreateSocket',
    ['createRequest', { family: 1, protocol: 1 }],
    'createReply',
  );
  await call('Connect', ['connectRequest', { socket_descriptor: name, remote_ip: loopback(port) }], 'connectReply');
  return name;
}

const send = (call: Service['call'], name: string, data: Uint8Array, offset?: number) =>
  call(
    'Send',
    ['sendRequest', { socket_descriptor: name, data, ...(offset === undefined ? {} : { stream_offset: offset }) }],
    'sendReply',
  );
const receive = (call: Service['call'], name: string, size: number, seconds = 5) =>
  call(
    'Receive',
    ['receiveRequest', { socket_descriptor: name, data_size: size, timeout_seconds: seconds }],
    'receiveReply',
  );

describe('the service remote_socket', () => {
  it('K1 connects while it creates, and tells both ends', async () => {
    const { call } = startService();
    const echo = await echoServer();
    const request = { family: 1, protocol: 1, remote_ip: loopback(echo.port) };
    const { socket_descriptor: name } = await call('CreateSocket', ['createRequest', request], 'createReply');
    const peer = await call('GetPeerName', ['descriptor', { socket_descriptor: name }], 'peerNameReply');
    expect(peer.peer_ip.port).toBe(echo.port);
    const own = await call('GetSocketName', ['descriptor', { socket_descriptor: name }], 'socketNameReply');
    expect(own.proxy_external_ip.port).toBeGreaterThan(0);
  });

  it('K15 a descriptor of another application is refused, and one of nobody is closed', async () => {
    const { call, callAs } = startService();
    const name = await connected({ call }, (await echoServer()).port);
    await expect(receive(callAs({ application: 'other' }), name, 1)).rejects.toMatchObject({ code: PERMISSION_DENIED });
    const closing = ['closeRequest', { socket_descriptor: name }] as const;
    await expect(callAs({ application: 'other' })('Close', closing, 'nothing')).rejects.toMatchObject({
      code: PERMISSION_DENIED,
    });
    await expect(receive(call, 'nobody', 1)).rejects.toMatchObject({ code: SOCKET_CLOSED });
    await call('Close', closing, 'nothing');
    await expect(receive(call, name, 1)).rejects.toMatchObject({ code: SOCKET_CLOSED });
  });

  it.each([
    ['python27', 10],
    ['java7', 2],
  ])('K16 sockets of %s are reclaimed after %i idle minutes, and every operation counts', async (runtime, minutes) => {
    const clock = createFakeClock();
    const service = startService({ clock });
    const call = service.callAs({ runtime });
    const echo = await echoServer();
    const name = await connected({ call }, echo.port);
    const minute = 60_000;
    for (let round = 0; round < 3; round += 1) {
      await clock.advance((minutes - 0.1) * minute);
      await call('GetPeerName', ['descriptor', { socket_descriptor: name }], 'peerNameReply');
    }
    await clock.advance((minutes + 0.1) * minute);
    await expect(receive(call, name, 1)).rejects.toMatchObject({ code: SOCKET_CLOSED });
    expect(service.sockets.openSockets('shop')).toBe(0);
    expect(clock.pendingTimers).toBe(0);
  });

  it('K16 a socket that somebody waits for is not idle', async () => {
    const clock = createFakeClock();
    const service = startService({ clock });
    const echo = await echoServer();
    const name = await connected(service, echo.port);
    const waiting = service.call(
      'Receive',
      ['receiveRequest', { socket_descriptor: name, data_size: 1, timeout_seconds: 9000 }],
      'receiveReply',
    );
    const outcome = expect(waiting).rejects.toMatchObject({ code: SYSTEM_ERROR });
    await clock.advance(9_500);
    await outcome;
    expect(service.sockets.openSockets('shop')).toBe(1);
  });

  it('K22 half a megabyte a send, each at its place in the stream', async () => {
    const { call, traffic } = startService();
    const name = await connected({ call }, (await echoServer()).port);
    const half = new Uint8Array(512 * 1024);
    await expect(send(call, name, new Uint8Array(half.length + 1), 0)).rejects.toMatchObject({ code: INVALID_REQUEST });
    expect(await send(call, name, half, 0)).toEqual({ data_sent: half.length });
    await expect(send(call, name, half, 0)).rejects.toMatchObject({ code: INVALID_REQUEST });
    expect(await send(call, name, Uint8Array.of(1), half.length)).toEqual({ data_sent: 1 });
    let received = 0;
    while (received <= half.length) {
      const { data, stream_offset: offset } = await receive(call, name, 1 << 20);
      expect(offset).toBe(received);
      received += data.length;
    }
    const total = (key: keyof SocketTraffic) => traffic.reduce((sum, one) => sum + one[key], 0);
    expect([total('sentBytes'), total('receivedBytes')]).toEqual([half.length + 1, half.length + 1]);
  });

  it('K23 only POLLIN and POLLOUT can be waited for', async () => {
    const { call } = startService();
    const name = await connected({ call }, (await echoServer()).port);
    const ask = (requested: number, seconds = 0, descriptor = name) =>
      call(
        'Poll',
        [
          'pollRequest',
          {
            events: [{ socket_descriptor: descriptor, requested_events: requested, observed_events: 0 }],
            timeout_seconds: seconds,
          },
        ],
        'pollReply',
      );
    for (const other of [2, 8, 64, 1 | 2]) await expect(ask(other)).rejects.toMatchObject({ code: INVALID_REQUEST });
    expect((await ask(1)).events).toEqual([]);
    expect((await ask(4)).events).toMatchObject([{ observed_events: 4 }]);
    await send(call, name, Uint8Array.of(1));
    expect((await ask(1, 5)).events).toMatchObject([{ socket_descriptor: name, observed_events: 1 }]);
    expect((await ask(1, 5, 'nobody')).events).toMatchObject([{ observed_events: 32 }]);
  });

  it('holds a sender back that nobody reads from', async () => {
    const { call } = startService();
    let sent = 0;
    const flood = await tcpServer((socket) => {
      const fill = () => {
        while (sent < 500_000_000 && socket.write(new Uint8Array(65_536))) sent += 65_536;
      };
      socket.on('drain', fill);
      fill();
    });
    closers.push(() => flood.close());
    await connected({ call }, flood.port);
    let before = -1;
    while (before !== sent) {
      before = sent;
      await new Promise((done) => setTimeout(done, 200));
    }
    expect(sent).toBeLessThan(50_000_000);
  });

  it('gives up a send to somebody who does not read, and says so', async () => {
    const { call } = startService();
    const deaf = await tcpServer((socket) => socket.pause());
    closers.push(() => deaf.close());
    const name = await connected({ call }, deaf.port);
    const data = new Uint8Array(512 * 1024);
    const fill = async () => {
      for (;;) {
        const request = { socket_descriptor: name, data, timeout_seconds: 0.2 };
        await call('Send', ['sendRequest', request], 'sendReply');
      }
    };
    await expect(fill()).rejects.toMatchObject({
      code: SYSTEM_ERROR,
      message: expect.stringContaining('system_error:11 '),
    });
  });

  it('keeps what was sent before the close', async () => {
    const { call } = startService();
    let received = 0;
    const ended = new Promise<void>((done) => {
      void tcpServer((socket) => {
        socket.on('data', (chunk) => {
          received += chunk.length;
        });
        socket.on('end', () => done());
      }).then(async (server) => {
        closers.push(() => server.close());
        const name = await connected({ call }, server.port);
        await send(call, name, new Uint8Array(400_000));
        await call('Close', ['closeRequest', { socket_descriptor: name }], 'nothing');
      });
    });
    await ended;
    expect(received).toBe(400_000);
  });

  it(`gives an application ${MAX_OPEN_SOCKETS} sockets`, async () => {
    const { call, callAs } = startService();
    const create = (as: Service['call']) =>
      as('CreateSocket', ['createRequest', { family: 1, protocol: 1 }], 'createReply');
    for (let count = 0; count < MAX_OPEN_SOCKETS; count += 1) await create(call);
    await expect(create(call)).rejects.toMatchObject({
      code: SYSTEM_ERROR,
      message: expect.stringContaining('system_error:24 '),
    });
    await create(callAs({ application: 'other' }));
  });

  it("K11 an address is Gmail's when the name service says so", async () => {
    let asked = 0;
    const { call } = startService({
      lookup: async (name) => {
        asked += 1;
        return name === 'smtp.gmail.com' ? ['127.0.0.1', '142.250.27.108'] : ['142.250.27.16'];
      },
    });
    const attempt = async (address: readonly number[], port: number) => {
      const request = {
        family: 1,
        protocol: 1,
        // Refused for lack of time, not by the policy: nothing leaves this machine.
        remote_ip: { port, packed_address: Uint8Array.from(address) },
      };
      return call('CreateSocket', ['createRequest', request], 'createReply');
    };
    await expect(attempt([142, 250, 27, 16], 465)).rejects.toMatchObject({ code: PERMISSION_DENIED });
    await expect(attempt([142, 250, 27, 108], 993)).rejects.toMatchObject({ code: PERMISSION_DENIED });
    await expect(attempt([142, 250, 27, 108], 443)).rejects.toMatchObject({ code: PERMISSION_DENIED });
    expect(asked).toBeGreaterThan(0);
    const { Resolver } = await import('../../../src/platform/apis/remote-socket/resolver.ts');
    const { parseAddress } = await import('../../../src/platform/egress/ip-address.ts');
    const resolver = new Resolver(async () => ['142.250.27.108'], systemClock);
    const address = parseAddress('142.250.27.108');
    if (!address) throw new Error('no address');
    expect(await resolver.isGmail({ protocol: 'tcp', address, port: 587 })).toBe(true);
    expect(await resolver.isGmail({ protocol: 'tcp', address, port: 25 })).toBe(false);
    expect(await resolver.isGmail({ protocol: 'udp', address, port: 587 })).toBe(false);
  });

  it('K27 sockets of java7 are for paid applications, by the minute and by the day', async () => {
    const clock = createFakeClock(Date.UTC(2026, 5, 1, 12));
    const quota = { perMinute: 2, perDay: 3 };
    const quotas = {
      create: quota,
      connect: quota,
      bind: quota,
      send: quota,
      receive: quota,
      bytesSent: quota,
      bytesReceived: quota,
    };
    const { callAs } = startService({
      clock,
      isPaid: (application) => application !== 'free',
      limitsFor: ({ runtime }) => ({
        idleMs: 1e9,
        needsPaidProfile: runtime === 'java7',
        quotas: runtime === 'java7' ? quotas : undefined,
      }),
    });
    const create = (caller: Caller) =>
      callAs(caller)('CreateSocket', ['createRequest', { family: 1, protocol: 1 }], 'createReply');
    await expect(create({ runtime: 'java7', application: 'free' })).rejects.toMatchObject({
      code: FEATURE_DISABLED,
      name: 'RpcError',
    });
    await create({ runtime: 'python27', application: 'free' });
    await create({ runtime: 'java7' });
    await create({ runtime: 'java7' });
    await expect(create({ runtime: 'java7' })).rejects.toMatchObject({ code: OVER_QUOTA, name: 'RpcError' });
    await clock.advance(60_000);
    await create({ runtime: 'java7' });
    await clock.advance(60_000);
    await expect(create({ runtime: 'java7' })).rejects.toMatchObject({
      code: OVER_QUOTA,
      message: expect.stringContaining('a day'),
    });
    await clock.advance(24 * 3_600_000);
    await create({ runtime: 'java7' });
  });
});
