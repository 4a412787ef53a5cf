/** What Prometheus would read from a platform that works. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { requireRole } from '../../src/backend/require-role.ts';
import { apiPlatform } from './apis/api-platform.ts';
import { type ParsedFamily, parseExposition } from './exposition-parser.ts';

const directory = mkdtempSync(join(tmpdir(), 'appcfg-metrics-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

beforeAll(() => {
  writeFileSync(
    join(directory, 'server.js'),
    `const server = require('node:http').createServer((q, s) => {
      if (q.url === '/hold') return;
      s.writeHead(Number(q.url.slice(1)) || 200).end('hello');
    });
    server.on('upgrade', (q, socket) => socket.write('HTTP/1.1 101 Switching Protocols\\r\\nConnection: Upgrade\\r\\nUpgrade: websocket\\r\\n\\r\\n'));
    server.listen(process.env.PORT, '127.0.0.1');\n`,
  );
});

const platform = apiPlatform();
const spec = { runtime: 'nodejs20', entrypoint: 'node server.js' } as const;

async function scrape(headers?: Readonly<Record<string, string>>) {
  const { token } = JSON.parse(readFileSync(join(platform.directory, 'platform.json'), 'utf8')) as {
    readonly token: string;
  };
  const wanted = headers ?? { Authorization: `Bearer ${token}` };
  return fetch(`http://127.0.0.1:${platform.controlPort}/metrics`, { headers: wanted });
}

async function metrics(): Promise<ReadonlyMap<string, ParsedFamily>> {
  return parseExposition(await (await scrape()).text());
}

function metric(
  families: ReadonlyMap<string, ParsedFamily>,
  name: string,
  labels: Readonly<Record<string, string>> = {},
): number | undefined {
  return families
    .get(name)
    ?.samples.find((sample) => Object.entries(labels).every(([key, value]) => sample.labels[key] === value))?.value;
}

it('needs a token, and is in the text format', async () => {
  expect((await scrape({})).status).toBe(401);
  expect((await scrape({ Authorization: 'Bearer wrong' })).status).toBe(401);
  const answer = await scrape();
  expect(answer.status).toBe(200);
  expect(answer.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
  const families = await metrics();
  for (const name of ['process_cpu_seconds_total', 'process_resident_memory_bytes', 'process_start_time_seconds']) {
    expect(metric(families, name), name).toBeGreaterThan(0);
  }
  expect(metric(families, 'appcfg_build_info')).toBe(1);
});

it('counts requests, instances, deploys, tasks and WebSockets by application, module and version', async () => {
  await platform.deploy('web', [{ app: directory, spec }]);
  const labels = { application: 'web', module: 'default', version: 'uno' };
  for (const path of ['/200', '/200', '/404', '/500']) await platform.ask('web', path);
  await requireRole(platform.backend, 'queues').add('web', 'default', [{ name: 'one', url: '/201', method: 'GET' }]);
  await expect
    .poll(async () => metric(await metrics(), 'appcfg_scheduled_requests_total', { kind: 'task', status: '2xx' }))
    .toBe(1);
  await expect
    .poll(async () => metric(await metrics(), 'appcfg_instance_memory_bytes', { ...labels, instance: '0' }), {
      timeout: 8_000,
    })
    .toBeGreaterThan(1_000_000);

  const families = await metrics();
  const requests = (status: string) => metric(families, 'appcfg_http_requests_total', { ...labels, status });
  expect(['2xx', '4xx', '5xx'].map(requests)).toEqual([3, 1, 1]);
  const histogram = families.get('appcfg_http_request_duration_seconds')?.samples ?? [];
  expect(histogram.find(({ name }) => name.endsWith('_count'))).toMatchObject({ labels, value: 5 });
  // The task's answer stays inside.
  expect(metric(families, 'appcfg_http_outgoing_bytes_total', labels)).toBe(20);
  expect(metric(families, 'appcfg_instances', { ...labels, state: 'ready' })).toBe(1);
  expect(metric(families, 'appcfg_instances', { ...labels, state: 'failed' })).toBe(0);
  expect(metric(families, 'appcfg_instance_cpu_seconds_total', labels)).toBeGreaterThan(0);
  expect(metric(families, 'appcfg_pending_requests', labels)).toBe(0);
  expect(metric(families, 'appcfg_queue_tasks', { application: 'web', queue: 'default' })).toBe(0);
  expect(metric(families, 'appcfg_operations_total', { application: 'web', kind: 'release', state: 'done' })).toBe(1);
  expect(metric(families, 'appcfg_operation_seconds_total', { kind: 'release' })).toBeGreaterThan(0);

  const socket = connect(platform.routerPort, '127.0.0.1');
  socket.write(
    'GET /socket HTTP/1.1\r\nHost: web.localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n\r\n',
  );
  await expect.poll(async () => metric(await metrics(), 'appcfg_websockets_open')).toBe(1);
  socket.destroy();
  await expect.poll(async () => metric(await metrics(), 'appcfg_websockets_open')).toBe(0);
});

it('shows requests that wait for an instance, and a deploy that failed', async () => {
  const held = {
    ...spec,
    isThreadsafe: false,
    scaling: { type: 'basic', maxInstances: 1, idleTimeoutMs: 60_000 },
  } as const;
  await platform.deploy('slow', [{ app: directory, spec: held }]);
  const asked = ['/hold', '/hold', '/hold'].map((path) => platform.ask('slow', path).catch(() => undefined));
  await expect
    .poll(async () => metric(await metrics(), 'appcfg_pending_requests', { application: 'slow' }), { timeout: 8_000 })
    .toBe(2);
  expect(metric(await metrics(), 'appcfg_instance_requests_in_flight', { application: 'slow' })).toBe(1);
  const { application, module, version } = { application: 'slow', module: 'default', version: 'uno' };
  const [instance] = (await platform.backend.instances?.list(application)) ?? [];
  process.kill(instance?.pid ?? 0, 'SIGKILL');
  await platform.backend.versions.setServingStatus({ application, module, version }, 'stopped');
  await Promise.all(asked);

  const broken = { ...spec, entrypoint: 'node nothing-here.js' };
  await platform.deploy('slow', [{ app: directory, spec: broken, version: 'due' }]).catch(() => undefined);
  expect(
    metric(await metrics(), 'appcfg_operations_total', { application: 'slow', kind: 'release', state: 'failed' }),
  ).toBe(1);
});
