import { describe, expect, it } from 'vitest';
import { call, raw } from './client.ts';
import { FakePool } from './fake-pool.ts';
import {
  application,
  appSpec,
  module,
  serveOne,
  startRouter,
  startServer,
  table,
  until,
  version,
} from './router-bench.ts';

/** A pool whose only instance says its name. */
async function named(name: string, ids: readonly string[] = ['0']): Promise<FakePool> {
  const pool = new FakePool();
  for (const id of ids)
    pool.add(await startServer((_, response) => response.end(ids.length > 1 ? `${name} ${id}` : name)), id);
  return pool;
}

describe('hosts', () => {
  it('V12 1.2a 1.2b 1.2c 1.2d 1.2e 1.2f 1.2g 1.2m lead to modules, versions and instances', async () => {
    const routes = table(
      application([
        module(version(await named('default uno')), version(await named('default dos'), { version: 'dos' })),
        module(version(await named('back uno', ['0', '1']), { module: 'back' })),
      ]),
    );
    const { port } = await startRouter(routes);
    const at = async (host: string) => (await call(port, { host })).body;
    expect(await at(`shop.localhost:${port}`)).toBe('default uno');
    expect(await at('dos.shop.localhost')).toBe('default dos');
    expect(await at('dos-dot-shop.appspot.com')).toBe('default dos');
    expect(await at('1.uno.back.shop.localhost')).toBe('back uno 1');
    expect(await at('0-dot-uno-dot-back-dot-shop.uc.r.appspot.com')).toBe('back uno 0');
    expect(await at('1.back.shop.localhost')).toBe('back uno 1');
    expect(await at('unknown.shop.localhost')).toBe('default uno');
    expect(await at('127.0.0.1')).toBe('default uno');
    expect((await call(port, { host: '7.uno.back.shop.localhost' })).status).toBe(404);
  });

  it('that nobody has are told to the person at this machine only what there is', async () => {
    const routes = table(
      application([module(version(await named('a')))]),
      application(
        [module(version(await named('b'), { application: 'bank', defaultHostname: 'bank.localhost:8080' }))],
        { id: 'bank' },
      ),
    );
    const { port } = await startRouter(routes);
    const local = await call(port, { host: 'localhost' });
    expect(local.status).toBe(404);
    expect(local.body).toContain('http://shop.localhost:8080/');
    expect(local.body).toContain('http://bank.localhost:8080/');
    for (const answer of [
      await call(port, { host: 'example.org' }),
      await call(port, { host: 'localhost', headers: { Host: 'localhost', 'X-Forwarded-For': '1.2.3.4' } }),
    ]) {
      expect(answer.status).toBe(404);
      expect(answer.body).not.toContain('bank');
    }
  });

  it('work before anything is deployed', async () => {
    const { port } = await startRouter(table());
    expect((await call(port, { host: 'localhost' })).body).toContain('Nothing is deployed here yet.');
  });
});

describe('dispatch rules', () => {
  it('1.3g move paths to modules, but not from hosts that name a version', async () => {
    const routes = table(
      application(
        [module(version(await named('default'))), module(version(await named('mobile'), { module: 'mobile' }))],
        {
          dispatch: [
            { url: 'shop.appspot.com/only', module: 'mobile' },
            { url: '*/mobile/*', module: 'mobile' },
          ],
        },
      ),
    );
    const { port, router } = await startRouter(routes);
    const at = async (host: string, path: string) => (await call(port, { host, path })).body;
    expect(await at('shop.localhost', '/mobile/x')).toBe('mobile');
    expect(await at('127.0.0.1', '/mobile/x')).toBe('mobile');
    expect(await at('default.shop.localhost', '/mobile/x')).toBe('mobile');
    expect(await at('uno.shop.localhost', '/mobile/x')).toBe('default');
    expect(await at('shop.localhost', '/only')).toBe('mobile');
    expect(await at('default.shop.localhost', '/only')).toBe('default');
    const task = { kind: 'task', application: 'shop', method: 'POST', path: '/mobile/x', keepBodyBytes: 20 } as const;
    const body = async (change = {}) =>
      Buffer.from((await router.dispatchInternal({ ...task, ...change })).body).toString();
    expect(await body()).toBe('mobile');
    expect(await body({ target: { module: 'default' } })).toBe('default');
    expect(await body({ path: '/x', fallback: { module: 'mobile' } })).toBe('mobile');
    expect(await body({ path: '/x', host: 'mobile.shop.localhost' })).toBe('mobile');
  });
});

describe('traffic', () => {
  it('1.4b by cookie: the client is given one and stays', async () => {
    const [uno, dos] = [version(await named('uno')), version(await named('dos'), { version: 'dos' })];
    const split = { shardBy: 'cookie', allocations: { uno: 0.5, dos: 0.5 } } as const;
    const { port } = await startRouter(table(application([{ ...module(uno, dos), split }])));
    const seen = new Set<string>();
    for (let client = 0; client < 40; client += 1) {
      const first = await call(port);
      const cookie = first.headers['set-cookie']?.[0]?.split(';')[0];
      expect(cookie).toMatch(/^GOOGAPPUID=\d{1,3}$/);
      const next = await call(port, { headers: { Cookie: cookie } });
      expect(next.body).toBe(first.body);
      expect(next.headers['set-cookie']).toBeUndefined();
      seen.add(first.body);
    }
    expect(seen).toEqual(new Set(['uno', 'dos']));
  });

  it('of a module without a version that takes any is 404', async () => {
    const only = module(version(await named('x')));
    const { port } = await startRouter(table(application([{ ...only, split: { shardBy: 'ip', allocations: {} } }])));
    expect((await call(port)).status).toBe(404);
    expect((await call(port, { host: 'uno.shop.localhost' })).body).toBe('x');
  });
});

describe('when no instance takes the request', () => {
  it.each([
    ['stopped', 404, ''],
    ['shutting-down', 404, ''],
    ['unknown-instance', 404, 'no such instance'],
    ['start-failed', 500, 'did not start'],
    ['pending-timeout', 503, 'waited too long'],
  ] as const)('3.2g L6 %s: %i', async (refusal, status, text) => {
    const { port, pool, logs } = await serveOne((_, response) => response.end());
    pool.refusal = refusal;
    const answer = await call(port);
    expect(answer.status).toBe(status);
    expect(answer.body).toContain(text);
    expect(logs[0]).toMatchObject({ status, exitReason: `${refusal}: the test said so` });
    if (status === 404 && text === '') {
      expect(answer.headers).toMatchObject({
        'content-type': 'text/html',
        'cache-control': 'no-cache',
        expires: 'Fri, 01 Jan 1990 00:00:00 GMT',
        'content-length': '0',
      });
    }
  });

  it('a named instance has no page of its own', async () => {
    const { port, pool } = await serveOne((_, response) => response.end());
    pool.refusal = 'pending-timeout';
    expect(await call(port, { host: '0.uno.default.shop.localhost' })).toMatchObject({ status: 503, body: '' });
  });

  it('a version that was removed meanwhile is found by its new table, or not at all', async () => {
    const { port, pool, router } = await serveOne((_, response) => response.end('old'));
    pool.parked = [];
    const kept = call(port);
    const lost = call(port, { host: 'uno.shop.localhost' });
    await until(() => pool.parked?.length === 2);
    router.swap(table(application([module(version(await named('new'), { version: 'dos' }))])));
    for (const settle of pool.parked) settle('shutting-down');
    expect((await kept).body).toBe('new');
    // Softly routed: the version's name is no longer known.
    expect((await lost).body).toBe('new');
    expect(router.statistics().reroutes).toBe(2);
  });

  it('an application that was removed meanwhile is 404', async () => {
    const { port, pool, router } = await serveOne((_, response) => response.end('old'));
    pool.parked = [];
    const waiting = call(port);
    await until(() => pool.parked?.length === 1);
    router.swap(table());
    pool.parked[0]?.('stopped');
    expect((await waiting).status).toBe(404);
    expect(router.statistics().requestsInFlight).toBe(0);
  });

  it('a body that waited is sent whole to the instance of the new table', async () => {
    const echo = await startServer((request, response) => request.pipe(response));
    const fresh = new FakePool();
    fresh.add(echo);
    for (const runtime of ['nodejs20', 'python27']) {
      const { port, pool, router } = await serveOne((_, response) => response.end('old'), { spec: { runtime } });
      pool.parked = [];
      const waiting = call(port, { method: 'POST', body: 'precious', headers: { 'Transfer-Encoding': 'chunked' } });
      await until(() => pool.parked?.length === 1);
      router.swap(table(application([module(version(fresh, { deploymentId: 'n', spec: appSpec({ runtime }) }))])));
      pool.parked[0]?.('shutting-down');
      expect((await waiting).body).toBe('precious');
    }
  });
});

describe('the end of the router', () => {
  it('lets requests finish, then accepts nothing', async () => {
    let finish: (() => void) | undefined;
    const { port, router } = await serveOne((_, response) => {
      response.write('half');
      finish = () => response.end(' whole');
    });
    const waiting = call(port);
    await until(() => finish !== undefined);
    const closing = router.close({ graceMs: 60_000 });
    await expect(call(port)).rejects.toThrow('ECONNREFUSED');
    finish?.();
    expect((await waiting).body).toBe('half whole');
    await closing;
  });

  it('breaks what takes too long', async () => {
    const { port, router, pool } = await serveOne(() => {});
    const waiting = raw(port, 'GET / HTTP/1.1\r\nHost: shop.localhost\r\n\r\n');
    await until(() => pool.inFlight === 1);
    await router.close({ graceMs: 10 });
    expect(await waiting).toMatch(/^HTTP\/1\.1 502 /);
    expect(pool.released).toBe(1);
  });

  it('a port that is taken is named', async () => {
    const { port } = await startRouter(table());
    const second = await startRouter(table());
    await expect(second.router.listen({ host: '127.0.0.1', port })).rejects.toMatchObject({
      code: 'platform.port-in-use',
      details: { port },
    });
  });
});
