/** Usage and quotas of real programs, on a whole platform whose state outlives it. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DayUsage } from '../../src/model/usage.ts';
import { apiPlatform } from './apis/api-platform.ts';

const directory = mkdtempSync(join(tmpdir(), 'appcfg-usage-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

beforeAll(() => {
  writeFileSync(
    join(directory, 'server.js'),
    `require('node:http').createServer((q, s) => s.end('x'.repeat(Number(q.url.slice(1)) || 0))).listen(process.env.PORT, '127.0.0.1');\n`,
  );
  writeFileSync(join(directory, 'over.html'), '<h1>No more today</h1>\n');
});

const spec = { runtime: 'nodejs20', entrypoint: 'node server.js', instanceClass: 'B1' } as const;

describe('usage', () => {
  const platform = apiPlatform();

  async function today(application: string): Promise<DayUsage | undefined> {
    return (await platform.backend.usage?.report(application, {}))?.days[0];
  }

  it('counts the instances and the responses of an application', async () => {
    await platform.deploy('counted', [{ app: directory, spec }]);
    expect((await platform.ask('counted', '/12345')).body).toHaveLength(12_345);
    await platform.ask('counted', '/5');
    const before = await today('counted');
    expect(before).toMatchObject({ responseBytes: 12_350, outgoingBytes: 12_350, frontendHours: 0 });
    expect(before?.instances).toMatchObject([{ module: 'default', instanceClass: 'B1' }]);
    expect(before?.backendHours).toBeGreaterThan(0);
    const after = await today('counted');
    expect(after?.backendHours).toBeGreaterThanOrEqual(before?.backendHours ?? 1);
    expect(await platform.backend.usage?.report('counted', { since: '2999-01-01' })).toMatchObject({ days: [] });
  });

  it.each(['days=0', 'days=x', 'since=yesterday', 'days=1000'])('the control API refuses ?%s', async (query) => {
    const { controlPort, directory: state } = platform;
    const { token } = JSON.parse(readFileSync(join(state, 'platform.json'), 'utf8')) as { readonly token: string };
    const url = `http://127.0.0.1:${controlPort}/appcfg/v1/apps/counted/usage?${query}`;
    const answer = await fetch(url, { headers: { Authorization: `Bearer ${token}` } });
    expect(answer.status).toBe(400);
  });
});

describe('the free profile', () => {
  const platform = apiPlatform({ ...process.env, APPCFG_PRICES: '{"freeBackendHours":0.000001}' });
  const instances = (application: string) => platform.backend.instances?.list(application);

  it('stops what has used its free hours up, and shows the page for it; paid applications go on', async () => {
    const handlers = [{ errorCode: 'over_quota', file: 'over.html' }] as const;
    const modules = (application: string) => [
      { app: directory, spec: { ...spec, ...(application === 'free' ? { errorHandlers: handlers } : {}) } },
    ];
    await platform.deploy('free', modules('free'));
    await platform.deploy('paid', modules('paid'));
    await platform.ask('free', '/1');
    const hours = async () => (await platform.backend.usage?.report('free', {}))?.days[0]?.backendHours;
    await expect.poll(hours).toBeGreaterThan(0.000001);
    expect((await platform.ask('free', '/1')).status).toBe(200);

    await platform.backend.usage?.setProfile('free', 'free');
    const refused = await platform.ask('free', '/1');
    expect({ status: refused.status, body: refused.body }).toEqual({ status: 503, body: '<h1>No more today</h1>\n' });
    await expect.poll(() => instances('free')).toEqual([]);
    expect((await platform.ask('paid', '/1')).status).toBe(200);
    const log = await platform.logs('free', { kind: 'request' });
    const isRefusal = { status: 503, exitReason: expect.stringContaining('over-quota') };
    expect(log).toContainEqual(expect.objectContaining(isRefusal));

    await platform.backend.usage?.setProfile('free', 'paid-us');
    expect((await platform.ask('free', '/1')).status).toBe(200);
  });
});
