import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { InstanceSummary } from '../../src/model/instance.ts';
import type { LogRecord } from '../../src/model/log.ts';
import { eventually, get, newHome } from './program.ts';

it('what runs is seen, measured, logged with its reasons, and can be stopped by hand', async () => {
  const home = newHome();
  const directory = join(home.directory, 'app');
  mkdirSync(directory);
  writeFileSync(
    join(directory, 'app.yaml'),
    'application: seen\nversion: v1\nruntime: nodejs20\nentrypoint: node server.js\nmanual_scaling:\n  instances: 1\n',
  );
  writeFileSync(
    join(directory, 'server.js'),
    `require('node:http').createServer((q, s) => {
      console.log('asked for ' + q.url);
      if (q.url === '/die') process.exit(3);
      s.end('hello');
    }).listen(process.env.PORT, '127.0.0.1');\n`,
  );
  const { url } = await home.json<{ url: string }>('update', directory);
  expect((await get(url)).body).toBe('hello');

  const list = async () =>
    (await home.json<{ instances: InstanceSummary[] }>('instances', 'list', '-A', 'seen')).instances;
  await eventually('memory and processor time are known', async () => (await list())[0]?.cpuSeconds !== undefined);
  const [first] = await list();
  expect(first).toMatchObject({ id: '0', state: 'ready', reason: 'takes requests', requests: 1, errors: 0 });
  expect(first?.memoryBytes).toBeGreaterThan(1_000_000);
  expect(first?.startedAt).toMatch(/Z$/);
  const table = (await home.run('instances', 'list', '-A', 'seen')).stdout;
  expect(table).toMatch(/STATE +PID +UPTIME +REQUESTS +ERRORS +LATENCY +MEMORY +CPU +.*REASON\n/);
  expect(table).toMatch(/ready .* MB .* takes requests\n/);

  expect((await home.run('instances', 'stop', '0', '-A', 'seen', '-M', 'default', '-V', 'v1')).code).toBe(0);
  await eventually('another one took its place', async () => {
    const [second] = await list();
    return second?.state === 'ready' && second.pid !== first?.pid;
  });
  await get(`${url}die`);
  await eventually('it runs again', async () => (await list())[0]?.state === 'ready');

  const logs = await home.json<LogRecord[]>('logs', '-A', 'seen', '-n', '1000');
  const messages = logs.flatMap((record) => (record.kind === 'app' ? [record.message] : []));
  expect(messages).toContain('asked for /');
  expect(messages).toContain('instance 0 ended: stopped by request');
  expect(messages).toContainEqual(expect.stringMatching(/^instance 0 ended: exited with code 3/));
  const request = logs.find((record) => record.kind === 'request' && record.resource === '/');
  expect(request).toMatchObject({
    ...{ requestId: expect.stringMatching(/^[0-9a-f]{30,}$/), instance: '0', status: 200, responseSize: 5 },
    ...{ latencyMs: expect.any(Number), pendingMs: expect.any(Number) },
  });
  expect(logs).toContainEqual(
    expect.objectContaining({ resource: '/die', status: 502, exitReason: expect.stringContaining('instance') }),
  );
  const verbose = (await home.run('logs', '-A', 'seen', '--verbose', '--request', request?.requestId ?? '')).stdout;
  expect(verbose.trim().split('\n')).toEqual([expect.stringContaining(`${request?.requestId} GET / 200`)]);

  const { controlPort, token } = home.daemon() ?? { controlPort: 0, token: '' };
  const answer = await fetch(`http://127.0.0.1:${controlPort}/metrics`, {
    headers: { Authorization: `Bearer ${token}` },
  });
  const text = await answer.text();
  const labels = 'application="seen",module="default",version="v1"';
  expect(text).toContain(`\nappcfg_http_requests_total{${labels},status="5xx"} 1\n`);
  expect(text).toContain(`\nappcfg_instances{${labels},state="ready"} 1\n`);
});
