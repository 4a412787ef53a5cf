/** Web-hooks of a real platform: what receivers get and can check, what stays secret, who may, and what a restart leaves. */
import { spawnSync } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createPlatformBackend } from '../../../src/adapters/platform/platform-backend.ts';
import { requireRole } from '../../../src/backend/require-role.ts';
import { type WebhookDelivery, webhookEvents } from '../../../src/model/webhook.ts';
import type { ReleasePayload } from '../../../src/model/webhook-payload.ts';
import { type RunningPlatform, startPlatform } from '../../../src/platform/platform.ts';
import { systemClock } from '../../../src/support/clock.ts';
import { homeDirectories } from '../../../src/support/home-directories.ts';
import { codeOf, contractBench } from '../../contract/contract-bench.ts';
import { startApi } from '../control/api-rig.ts';
import { type Receiver, startReceiver, status, until } from './receiver.ts';

const secret = 'planted-5ecre7-of-a-web-hook';
const hasPython = spawnSync('python3', ['--version']).status === 0;
const home = mkdtempSync(join(tmpdir(), 'appcfg-webhooks-'));
let platform: RunningPlatform;

async function start(): Promise<RunningPlatform> {
  platform = await startPlatform({
    directories: homeDirectories({ APPCFG_HOME: home }),
    ...{ host: '127.0.0.1', port: 0, controlPort: 0 },
    assetsDirectory: resolve(import.meta.dirname, '../../../runtimes'),
    environment: { PATH: process.env.PATH },
    clock: systemClock,
  });
  return platform;
}

function backendAs(token: string) {
  const url = `http://127.0.0.1:${platform.daemon.controlPort}`;
  return createPlatformBackend({ url, token, createdBy: 'ann@laptop' });
}

const bench = contractBench(async () => ({
  backend: backendAs((await start()).daemon.token),
  cleanup: async () => {
    await platform.close();
    rmSync(home, { recursive: true, force: true });
  },
}));

let receiver: Receiver;
beforeEach(async () => {
  receiver = await startReceiver();
});
afterEach(() => receiver.close());

const hooks = () => requireRole(bench.backend, 'webhooks');
const wish = () => ({ url: receiver.url, events: webhookEvents, secret });

async function deployed(): Promise<string> {
  const application = bench.newApplication();
  await bench.release(application, [bench.upload()]);
  return application;
}

/** What the guide tells people to write. */
function guideCode(language: string): string {
  const text = readFileSync(join(import.meta.dirname, '../../../docs/guides/webhooks.md'), 'utf8');
  return new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, 'ms').exec(text)?.[1] ?? '';
}

interface Check {
  readonly secret: string;
  readonly timestamp: string;
  readonly signature: string;
  readonly body: string;
}

const checkers: readonly (readonly [string, boolean, (checks: readonly Check[]) => unknown])[] = [
  [
    'Python',
    hasPython,
    (checks) => {
      const rest = `import json, sys
print(json.dumps([is_genuine(c["secret"], {"X-Appcfg-Timestamp": c["timestamp"], "X-Appcfg-Signature": c["signature"]}, c["body"].encode()) for c in json.load(sys.stdin)]))`;
      const run = spawnSync('python3', ['-c', `${guideCode('python')}\n${rest}`], { input: JSON.stringify(checks) });
      return JSON.parse(run.stdout.toString() || JSON.stringify(run.stderr.toString()));
    },
  ],
  [
    'Node',
    true,
    (checks) => {
      const rest = `const checks = JSON.parse(await new Response(process.stdin).text());
console.log(JSON.stringify(checks.map((c) => isGenuine(c.secret, { 'x-appcfg-timestamp': c.timestamp, 'x-appcfg-signature': c.signature }, Buffer.from(c.body)))));`;
      const script = `${guideCode('js')}\n${rest}`;
      const run = spawnSync(process.execPath, ['--input-type=module', '-e', script], { input: JSON.stringify(checks) });
      return JSON.parse(run.stdout.toString() || JSON.stringify(run.stderr.toString()));
    },
  ],
];

describe('a web-hook', () => {
  for (const [language, isThere, check] of checkers) {
    it.skipIf(!isThere)(`is signed so that the guide's code in ${language} knows it, and nothing else`, async () => {
      const application = await deployed();
      const { id } = await hooks().add(application, wish());
      await hooks().test(application, id);
      const [one] = receiver.received;
      if (!one) expect.unreachable();
      const timestamp = String(one.headers['x-appcfg-timestamp']);
      const signature = String(one.headers['x-appcfg-signature']);
      const genuine: Check = { secret, timestamp, signature, body: one.body };
      // Kept by somebody, and sent again an hour later.
      const old = String(Number(timestamp) - 3600);
      const replay = `sha256=${createHmac('sha256', secret).update(`${old}.${one.body}`).digest('hex')}`;
      const checks: readonly Check[] = [
        genuine,
        { ...genuine, secret: `${secret}!` },
        { ...genuine, body: `${one.body} ` },
        { ...genuine, timestamp: String(Number(timestamp) + 1) },
        { ...genuine, signature: '' },
        { ...genuine, timestamp: '' },
        { ...genuine, timestamp: old, signature: replay },
      ];
      expect(check(checks)).toEqual([true, false, false, false, false, false, false]);
    });
  }

  it('is told of a release that became live, of one that did not, of a rollback and of moved traffic', async () => {
    const application = await deployed();
    await hooks().add(application, wish());
    const commit = { id: 'a'.repeat(40), branch: 'main', isDirty: false };
    await bench.release(application, [bench.upload({ content: 'two' })], { message: 'spring', commit });
    await bench.backend.traffic.set(application, { default: { shardBy: 'random', allocations: { uno: 1 } } });
    const { blobs: _never, ...lost } = bench.upload({ content: `never sent ${application}` });
    const request = { application, uploads: [lost], traffic: {}, settings: {}, stop: [], createdBy: 'ann' };
    const { currentRelease: basedOn } = await bench.live(application);
    if (basedOn === undefined) expect.unreachable();
    expect(await codeOf(bench.backend.releases.commit({ ...request, requestId: `lost-${application}`, basedOn }))).toBe(
      'blob.missing',
    );
    await bench.backend.releases.rollback(application, 'r1');
    await until('four deliveries', () => receiver.received.length >= 4);
    const told = new Map(
      receiver.received.map(({ body, headers }) => {
        const payload = JSON.parse(body) as ReleasePayload;
        expect(headers).toMatchObject({ 'x-appcfg-event': payload.event, 'x-appcfg-delivery': payload.id });
        expect(headers['user-agent']).toMatch(/^appcfg\/\d+\./);
        expect(headers['content-type']).toBe('application/json; charset=utf-8');
        return [payload.event, payload] as const;
      }),
    );
    expect(told.get('release.live')).toMatchObject({
      ...{ application, by: 'contract', release: 'r2', message: 'spring', commit, changes: ['default:uno'] },
      operation: { kind: 'release' },
      modules: [{ name: 'default', traffic: { uno: 1 }, versions: [{ id: 'uno', servingStatus: 'serving' }] }],
    });
    expect(told.get('release.live')?.url).toContain(`http://${application}.localhost:`);
    expect(told.get('traffic.changed')).toMatchObject({
      release: 'r2',
      changes: ['traffic of default'],
      by: 'ann@laptop',
    });
    expect(told.get('release.failed')).toMatchObject({
      release: 'r2',
      changes: ['default:uno'],
      error: { code: 'blob.missing' },
    });
    expect(told.get('release.rolled-back')).toMatchObject({ release: 'r3', changes: ['rollback to r1'] });
  });

  it('that nobody answers neither holds a deploy up nor fails it', async () => {
    const application = await deployed();
    receiver.answer = () => {};
    const { id } = await hooks().add(application, wish());
    const closed = await startReceiver();
    closed.close();
    await hooks().add(application, { ...wish(), url: closed.url });
    expect(await bench.release(application, [bench.upload({ content: 'two' })])).toMatchObject({
      state: 'done',
      release: 'r2',
    });
    await until('the request', () => receiver.received.length > 0);
    // It is live while the receiver still holds its request.
    expect(await bench.release(application, [bench.upload({ content: 'three' })])).toMatchObject({ release: 'r3' });
    const waiting = await hooks().deliveries(application, { webhook: id });
    expect(waiting.map(({ state }) => state)).toEqual(['queued', 'queued']);
    await hooks().remove(application, id);
  });

  it('does not reach the platform itself', async () => {
    const application = await deployed();
    const { controlPort } = platform.daemon;
    for (const host of ['127.0.0.1', 'localhost', '[::1]', '[::ffff:7f00:1]', '2130706433']) {
      const url = `http://${host}:${controlPort}/appcfg/v1/platform:shutdown`;
      expect(await codeOf(hooks().add(application, { ...wish(), url }))).toBe('webhook.refused-address');
    }
    expect(await codeOf(hooks().add(application, { ...wish(), url: 'http://example.com/' }))).toBe(
      'webhook.refused-address',
    );
    // The name says nothing: what it stands for does.
    const { id } = await hooks().add(application, { ...wish(), url: `https://localhost.:${controlPort}/` });
    expect((await hooks().test(application, id)).state).toBe('failed');
  });
});

describe('on a server', () => {
  it.each([
    'https://127.0.0.1/x',
    'https://localhost/x',
    'https://169.254.169.254/latest',
    'https://[fd00::1]/',
    'http://10.0.0.1/',
  ])('%s is refused', async (url) => {
    const api = await startApi({ host: '0.0.0.0' });
    await api.createApp('demo');
    const body = { url, events: ['release.live'], secret, requestId: 'request-1', createdBy: 'x' };
    const answer = await api.call('POST', '/appcfg/v1/apps/demo/webhooks', { body });
    expect(answer.json).toMatchObject({ error: { code: 400, appcfg: { code: 'webhook.refused-address' } } });
    expect(answer.text).not.toContain(secret);
  });
});

describe('who may', () => {
  it('is: deployers of the application; viewers see where it goes and how it went', async () => {
    const application = await deployed();
    const access = requireRole(bench.backend, 'access');
    const tokenOf = async (role: 'viewer' | 'deployer', of: string) =>
      (await access.createToken({ name: `${role}-${of}`, role, applications: [of] })).token;
    const deployer = requireRole(backendAs(await tokenOf('deployer', application)), 'webhooks');
    const viewer = requireRole(backendAs(await tokenOf('viewer', application)), 'webhooks');
    const stranger = requireRole(backendAs(await tokenOf('deployer', `${application}x`)), 'webhooks');
    receiver.answer = status(200, {}, 'what the receiver says');
    const { id, createdBy } = await deployer.add(application, wish());
    expect(createdBy).toBe(`deployer-${application}`);
    const delivery = await deployer.test(application, id);
    expect(delivery.response).toBe('what the receiver says');
    const { origin } = new URL(receiver.url);
    expect(await viewer.list(application)).toMatchObject([{ id, url: `${origin}/...`, lastDelivery: { status: 200 } }]);
    expect(JSON.stringify([await viewer.list(application), await viewer.deliveries(application, {})])).not.toContain(
      'says',
    );
    for (const other of [viewer, stranger]) {
      expect(await codeOf(other.add(application, wish()))).toBe('control.forbidden');
      expect(await codeOf(other.remove(application, id))).toBe('control.forbidden');
      expect(await codeOf(other.test(application, id))).toBe('control.forbidden');
      expect(await codeOf(other.redeliver(application, delivery.id))).toBe('control.forbidden');
    }
    expect(await codeOf(stranger.list(application))).toBe('control.forbidden');
    expect(await codeOf(stranger.deliveries(application, {}))).toBe('control.forbidden');
    await deployer.remove(application, id);
    const log = await access.audit({ application });
    expect(log.filter(({ result }) => result === 'done').map(({ action, actor }) => `${action} by ${actor}`)).toEqual(
      expect.arrayContaining(
        ['add webhook', 'test webhook', 'remove webhook'].map((what) => `${what} by deployer-${application}`),
      ),
    );
    expect(log.some(({ action, result }) => action === 'add webhook' && result === 'refused')).toBe(true);
  });

  it('waits for a lock that another holds', async () => {
    const application = await deployed();
    const lock = requireRole(bench.backend, 'lock');
    const { id } = await lock.acquire(application, { reason: 'moving house', ttlMs: 60_000, isRenewed: false });
    expect(await codeOf(hooks().add(application, wish()))).toBe('application.locked');
    await lock.release(application, id);
  });
});

describe('a restart', () => {
  it('sends what was under way, and leaves the secret nowhere in clear', async () => {
    const application = await deployed();
    receiver.answer = () => {};
    const { id } = await hooks().add(application, wish());
    await bench.release(application, [bench.upload({ content: 'two' })]);
    await until('the request', () => receiver.received.length > 0);
    const shown: unknown[] = [
      await hooks().list(application),
      await hooks().deliveries(application, {}),
      await bench.backend.operations.list(application),
      await requireRole(bench.backend, 'access').audit({}),
      await requireRole(bench.backend, 'logs').query({ application }),
    ];
    expect(JSON.stringify(shown)).not.toContain(secret);
    await platform.close();
    expect(filesBelow(home).filter((file) => readFileSync(file).includes(secret))).toEqual([]);
    receiver.answer = status(204);
    const { token } = (await start()).daemon;
    const { deliveries } = requireRole(backendAs(token), 'webhooks');
    let log: readonly WebhookDelivery[] = [];
    await until('the delivery', async () => {
      log = await deliveries(application, { webhook: id });
      return log[0]?.state === 'delivered';
    });
    expect(log).toMatchObject([{ event: 'release.live', status: 204 }]);
    const ids = receiver.received.map(({ headers }) => headers['x-appcfg-delivery']);
    expect(ids.length).toBeGreaterThan(1);
    expect([...new Set(ids)]).toEqual([log[0]?.id]);
  });
});

function filesBelow(directory: string): readonly string[] {
  return readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .map((name) => join(directory, name))
    .filter((file) => statSync(file, { throwIfNoEntry: false })?.isFile() === true);
}

it("the guide shows the example's own code", () => {
  const example = readFileSync(join(import.meta.dirname, '../../../examples/webhook-receiver/server.mjs'), 'utf8');
  const [, check = ''] = guideCode('js').split(/^(?=function)/m);
  expect(check).toContain('timingSafeEqual');
  expect(example).toContain(check);
});
