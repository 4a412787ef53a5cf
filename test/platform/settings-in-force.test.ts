/** Dispatch rules, dos rules, targets and indexes on a platform that really runs: static versions need no processes. */
import { describe, expect, it } from 'vitest';
import type { RequestLog } from '../../src/model/log.ts';
import type { CronJob, Queue, Settings } from '../../src/model/settings.ts';
import { codeOf, contractBench } from '../contract/contract-bench.ts';
import { call } from './router/client.ts';
import { startedPlatform } from './started-platform.ts';

let routerPort = 0;

const bench = contractBench(async () => {
  const platform = await startedPlatform();
  routerPort = platform.daemon.routerPort;
  return platform;
});

/** `default` has index.html, `worker` has work.html; `worker:old` takes no traffic. */
async function deployed(settings: Partial<Settings>) {
  const application = bench.newApplication();
  const page = (name: string) => ({ [`www/${name}.html`]: name });
  await bench.release(application, [
    bench.upload({ files: page('index') }),
    bench.upload({ module: 'worker', files: page('work') }),
    bench.upload({ module: 'worker', version: 'old', files: page('work') }),
  ]);
  for (const [kind, value] of Object.entries(settings)) {
    await bench.backend.settings?.replace(application, kind as 'dos', value as Settings['dos']);
  }
  const get = (path: string, module?: string) => {
    const host = module === undefined ? `${application}.localhost` : `${module}.${application}.localhost`;
    return call(routerPort, { path, host });
  };
  const lastRequest = async () => {
    const records = await bench.backend.logs?.query({ application, kind: 'request', limit: 1 });
    return records?.at(-1) as RequestLog | undefined;
  };
  return { application, get, lastRequest };
}

const cronJob = (url: string, change: Partial<CronJob> = {}): CronJob => ({
  url,
  schedule: 'every 24 hours',
  timezone: 'UTC',
  description: '',
  ...change,
});

const dispatch = [{ url: '*/work.html', module: 'worker' }];

describe('cron jobs', () => {
  it.each<[string, Partial<CronJob>, Partial<Settings>, string, string]>([
    ['without target go to the default module', {}, {}, '/index.html', 'default:uno'],
    ['without target follow dispatch rules', {}, { dispatch }, '/work.html', 'worker:uno'],
    ['with a module as target go there', { target: 'worker' }, {}, '/work.html', 'worker:uno'],
    ['with module and version as target go there', { target: 'worker:old' }, {}, '/work.html', 'worker:old'],
    ['with a version of the default module as target go there', { target: 'uno' }, {}, '/index.html', 'default:uno'],
    ['with an unknown target go to the default module', { target: 'nowhere' }, {}, '/index.html', 'default:uno'],
    // App Engine's documentation of cron.yaml has this very example: the job may be re-routed.
    [
      'with a module as target follow dispatch rules too',
      { target: 'default' },
      { dispatch },
      '/work.html',
      'worker:uno',
    ],
  ])('1.3d 6.2d %s', async (_, change, settings, url, place) => {
    const { application, lastRequest } = await deployed({ ...settings, cron: [cronJob(url, change)] });
    const run = await bench.backend.cron?.run(application, url);
    expect([run?.status, `${run?.module}:${run?.version}`]).toEqual([200, place]);
    expect(await lastRequest()).toMatchObject({
      ip: '0.1.0.2',
      method: 'GET',
      resource: url,
      requestId: run?.requestId,
    });
  });
});

describe('tasks', () => {
  const push = (change: Partial<Queue> = {}): Partial<Settings> => ({
    queues: { queues: [{ name: 'q', mode: 'push', ratePerSecond: 0, ...change }] },
  });
  it.each<[string, { readonly target?: string }, Partial<Settings>, string, string]>([
    ['go to the default module', {}, push(), '/index.html', 'default:uno'],
    ['follow dispatch rules', {}, { ...push(), dispatch }, '/work.html', 'worker:uno'],
    ['go to their target', { target: 'old.worker' }, push(), '/work.html', 'worker:old'],
    [
      "go to their queue's target first",
      { target: 'default' },
      push({ target: 'old.worker' }),
      '/work.html',
      'worker:old',
    ],
  ])('1.3d 1.3h %s', async (_, change, settings, url, place) => {
    const { application, lastRequest } = await deployed(settings);
    await bench.backend.queues?.add(application, 'q', [{ name: 'one', method: 'GET', url, ...change }]);
    expect(await bench.backend.queues?.runTask(application, 'q', 'one')).toMatchObject({
      status: 200,
      outcome: 'done',
    });
    const request = await lastRequest();
    expect(`${request?.module}:${request?.version}`).toBe(place);
    expect(request).toMatchObject({ ip: '0.1.0.2', taskQueue: 'q', taskName: 'one' });
  });
});

describe('dos rules', () => {
  it('6.3a refuse an address before the application sees it, and neither tasks nor cron jobs', async () => {
    const dos = [{ subnet: '127.0.0.0/8', description: 'this machine' }];
    const { application, get } = await deployed({ dos, cron: [cronJob('/index.html')] });
    const refused = await get('/index.html');
    expect([refused.status, refused.body.includes('index')]).toEqual([403, false]);
    expect((await get('/work.html', 'worker')).status).toBe(403);
    expect((await bench.backend.cron?.run(application, '/index.html'))?.status).toBe(200);
    await bench.backend.settings?.replace(application, 'dos', [{ subnet: '192.0.2.0/24' }]);
    expect((await get('/index.html')).body).toBe('index');
  });

  it('that are none are refused', async () => {
    const { application } = await deployed({});
    const replace = bench.backend.settings?.replace(application, 'dos', [{ subnet: '127.0.0.0/99' }]);
    expect(await codeOf(Promise.resolve(replace))).toBe('release.invalid');
  });
});

describe('a queue.yaml', () => {
  it('that no longer names a queue keeps its tasks until it does again', async () => {
    const { application } = await deployed({ queues: { queues: [{ name: 'q', mode: 'push', ratePerSecond: 1 }] } });
    const { queues, settings } = bench.backend;
    await queues?.add(application, 'q', [{ name: 'one', method: 'GET', url: '/index.html', delayMs: 3_600_000 }]);
    await settings?.replace(application, 'queues', { queues: [] });
    expect(await queues?.list(application)).toMatchObject([
      { name: 'default' },
      { name: 'q', state: 'disabled', tasks: 1 },
    ]);
    expect(await codeOf(Promise.resolve(queues?.change(application, 'q', 'resume')))).toBe('queue.disabled');
    await settings?.replace(application, 'queues', { queues: [{ name: 'q', mode: 'push', ratePerSecond: 2 }] });
    expect((await queues?.list(application))?.[1]).toMatchObject({ state: 'running', tasks: 1, ratePerSecond: 2 });
  });
});
