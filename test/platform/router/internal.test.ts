import { once } from 'node:events';
import { connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import type { VersionSpec } from '../../../src/model/version-spec.ts';
import type { InternalRequest } from '../../../src/platform/router/internal-request.ts';
import { createFakeClock } from '../../fake-clock.ts';
import { call } from './client.ts';
import { serveOne, until } from './router-bench.ts';

const task: InternalRequest = {
  kind: 'task',
  application: 'shop',
  method: 'POST',
  path: '/work?x=1',
  keepBodyBytes: 10_000,
};
const adminOnly = [
  { type: 'script', url: '/.*', script: 'auto', login: 'admin', authFailAction: 'unauthorized', secure: 'always' },
] as const;

async function echo(spec: Partial<VersionSpec> = {}) {
  const bench = await serveOne(
    (request, response) => {
      let body = '';
      request.on('data', (chunk) => {
        body += chunk;
      });
      request.on('end', () =>
        response.end(JSON.stringify({ url: request.url, method: request.method, body, headers: request.headers })),
      );
    },
    { spec: { runtime: 'python27', ...spec } },
  );
  return {
    ...bench,
    send: (change: Partial<InternalRequest> = {}) => bench.router.dispatchInternal({ ...task, ...change }),
  };
}
const parse = (response: { body: Uint8Array }) => JSON.parse(Buffer.from(response.body).toString());

describe("requests of the platform's own", () => {
  it('6.1a bring the headers that outsiders may not send, from the address that SDKs look for', async () => {
    const { send, logs, pool } = await echo();
    const response = await send({
      headers: [
        ['X-AppEngine-QueueName', 'mail'],
        ['X-AppEngine-TaskName', 't1'],
        ['Content-Type', 'text/x'],
        ['Host', 'ignored.example'],
        ['Content-Length', '999'],
      ],
      body: Buffer.from('payload'),
    });
    expect(response).toMatchObject({
      status: 200,
      reachedInstance: true,
      module: 'default',
      version: 'uno',
      instance: '0',
      isTruncated: false,
    });
    expect(response.requestId).toBe(logs[0]?.requestId);
    expect(parse(response)).toMatchObject({
      url: '/work?x=1',
      method: 'POST',
      body: 'payload',
      headers: {
        host: 'shop.localhost:8080',
        'x-appengine-queuename': 'mail',
        'x-appengine-taskname': 't1',
        'x-appengine-user-ip': '0.1.0.2',
        'content-length': '7',
        'user-agent': 'AppEngine-Google; (+http://code.google.com/appengine)',
      },
    });
    expect(pool.claims[0]?.isTask).toBe(true);
    expect(logs[0]).toMatchObject({ taskQueue: 'mail', taskName: 't1', ip: '0.1.0.2', status: 200 });
  });

  it('4p may call what belongs to administrators, without https', async () => {
    const { send, port } = await echo({ handlers: adminOnly });
    expect((await send()).status).toBe(200);
    expect((await send({ kind: 'cron', method: 'GET' })).status).toBe(200);
    expect((await call(port)).status).toBe(302);
  });

  it('V7 3.3i from code of the same application are recognised, of another one not', async () => {
    const { send } = await echo({ handlers: adminOnly });
    const same = await send({ kind: 'urlfetch', callerApplication: 'shop' });
    expect(parse(same).headers).toMatchObject({
      'x-appengine-inbound-appid': 'shop',
      'x-appengine-user-ip': '0.1.0.40',
    });
    expect((await send({ kind: 'urlfetch', callerApplication: 'bank' })).status).toBe(401);
  });

  it('5.2a may begin and end instances', async () => {
    const { send, pool } = await echo({ handlers: [] });
    const start = await send({
      kind: 'start',
      method: 'GET',
      path: '/_ah/start',
      target: { module: 'default', version: 'uno', instance: '0' },
    });
    expect(parse(start).headers).toMatchObject({
      host: '0.uno.default.shop.localhost:8080',
      'x-appengine-user-ip': '0.1.0.3',
    });
    expect(pool.claims[0]?.instance).toBe('0');
  });

  it.each(['task', 'cron', 'urlfetch'] as const)('of kind %s can not begin or end instances', async (kind) => {
    const { send, pool } = await echo({ handlers: [] });
    for (const path of ['/_ah/start', '/_ah/stop', '/_ah/background', '/_ah/warmup']) {
      expect((await send({ kind, method: 'GET', path, callerApplication: 'shop' })).status).toBe(404);
    }
    expect(pool.claims).toHaveLength(0);
  });

  it('to /_ah/stop and /_ah/background pass by the handlers', async () => {
    const { send } = await echo({ handlers: [{ ...adminOnly[0], url: '/nothing' }] });
    expect((await send({ kind: 'background', method: 'GET', path: '/_ah/background' })).status).toBe(200);
    expect((await send({ kind: 'stop', method: 'GET', path: '/_ah/stop' })).status).toBe(200);
    expect((await send({ kind: 'start', method: 'GET', path: '/_ah/start' })).status).toBe(404);
  });

  it('keep as much of the answer as they were asked to', async () => {
    const { send } = await echo();
    expect(await send({ keepBodyBytes: 5 })).toMatchObject({ body: Buffer.from('{"url'), isTruncated: true });
    expect(await send({ keepBodyBytes: undefined })).toMatchObject({ body: Buffer.alloc(0), isTruncated: true });
  });

  it('to nowhere are 404', async () => {
    const { send } = await echo();
    expect(await send({ application: 'none' })).toMatchObject({ status: 404, reachedInstance: false });
    expect(await send({ target: { module: 'none' } })).toMatchObject({ status: 404, reachedInstance: false });
    expect(await send({ host: 'x.none.localhost' })).toMatchObject({ status: 404, reachedInstance: false });
  });

  it('that reach no instance say so', async () => {
    const { send, pool } = await echo();
    pool.refusal = 'pending-timeout';
    expect(await send()).toMatchObject({ status: 503, reachedInstance: false });
  });

  it('end when their sender gives up', async () => {
    let seen = 0;
    const { router, pool } = await serveOne(() => {
      seen += 1;
    });
    const controller = new AbortController();
    const waiting = router.dispatchInternal({ ...task, signal: controller.signal });
    await until(() => seen === 1);
    controller.abort();
    expect(await waiting).toMatchObject({ status: 0, reachedInstance: true });
    await until(() => pool.released === 1);
    expect(await router.dispatchInternal({ ...task, signal: controller.signal })).toMatchObject({
      status: 0,
      reachedInstance: false,
    });
  });

  it('that break off have no status', async () => {
    const { router } = await serveOne((_, response) => {
      response.writeHead(200, { 'Content-Length': 50 });
      response.write('x');
      setImmediate(() => response.destroy());
    });
    expect((await router.dispatchInternal(task)).status).toBe(0);
  });
});

describe('deadlines', () => {
  it.each([
    ['python27', { type: 'automatic' }, 60_000, 500],
    ['python312', { type: 'automatic' }, 600_000, 504],
    ['nodejs20', { type: 'manual', instances: 1 }, 86_400_000, 504],
  ] as const)('V16 3.2a 3.2d %s, %j', async (runtime, scaling, deadline, status) => {
    const clock = createFakeClock();
    const { port, pool, logs } = await serveOne(() => {}, { spec: { runtime, scaling }, options: { clock } });
    const waiting = call(port);
    await until(() => pool.inFlight === 1);
    await clock.advance(deadline - 1);
    expect(pool.released).toBe(0);
    await clock.advance(1);
    expect((await waiting).status).toBe(status);
    // Code of the second generation was never told, so its instance goes on.
    const fault = status === 500 ? { isOverdue: true } : {};
    expect(pool.outcomes).toEqual([{ status, latencyMs: deadline, ...fault }]);
    expect(logs[0]).toMatchObject({ status, exitReason: 'the deadline was exceeded', latencyMs: deadline });
  });

  it('3.2c do not exist for manual scaling of the first generation', async () => {
    const clock = createFakeClock();
    let finish: (() => void) | undefined;
    const { port } = await serveOne(
      (_, response) => {
        finish = () => response.end('after a week');
      },
      { spec: { runtime: 'python27' }, options: { clock } },
    );
    const waiting = call(port);
    await until(() => finish !== undefined);
    await clock.advance(7 * 86_400_000);
    finish?.();
    expect((await waiting).body).toBe('after a week');
  });

  it('3.2a cut a response that has begun', async () => {
    const clock = createFakeClock();
    const { port, pool } = await serveOne(
      (_, response) => {
        response.writeHead(200);
        response.write('begin');
      },
      { spec: { runtime: 'python27', scaling: { type: 'automatic' } }, options: { clock } },
    );
    const socket = connect(port, '127.0.0.1');
    socket.write('GET / HTTP/1.1\r\nHost: shop.localhost\r\n\r\n');
    expect(String((await once(socket, 'data'))[0])).toMatch(/^HTTP\/1\.1 200 /);
    const closed = once(socket.resume(), 'close');
    await clock.advance(60_000);
    await closed;
    expect(pool.outcomes).toEqual([{ status: 200, latencyMs: 60_000, isOverdue: true }]);
  });

  it('3.2f are not held against an instance that waits for its client', async () => {
    const clock = createFakeClock();
    const { port, pool } = await serveOne(
      (request, response) => {
        if (request.method === 'POST') return;
        response.writeHead(200, { 'Content-Length': 30 * 2 ** 20 });
        response.end(Buffer.alloc(30 * 2 ** 20));
      },
      { spec: { runtime: 'python27', scaling: { type: 'automatic' } }, options: { clock } },
    );
    const reader = connect(port, '127.0.0.1').pause();
    reader.write('GET / HTTP/1.1\r\nHost: shop.localhost\r\n\r\n');
    const writer = connect(port, '127.0.0.1').resume();
    writer.write('POST / HTTP/1.1\r\nHost: shop.localhost\r\nContent-Length: 100\r\n\r\nnot all of it');
    await until(() => pool.inFlight === 2);
    // Until the kernel's buffers are full and the router has to wait.
    await new Promise((resolve) => setTimeout(resolve, 300));
    await clock.advance(60_000);
    await until(() => pool.released === 2);
    expect(pool.outcomes.map(({ isOverdue }) => isOverdue)).toEqual([undefined, undefined]);
    reader.destroy();
    writer.destroy();
  });

  it('3.2b of tasks are longer, and can be given', async () => {
    const clock = createFakeClock();
    const { router, pool } = await serveOne(() => {}, {
      spec: { runtime: 'python27', scaling: { type: 'automatic' } },
      options: { clock },
    });
    const usual = router.dispatchInternal(task);
    const short = router.dispatchInternal({ ...task, deadlineMs: 1000 });
    await until(() => pool.inFlight === 2);
    await clock.advance(1000);
    expect((await short).status).toBe(500);
    await clock.advance(598_999);
    expect(pool.inFlight).toBe(1);
    await clock.advance(1);
    expect((await usual).status).toBe(500);
  });
});
