/** Tokens, limits and the audit log over real tables. */
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { NewToken } from '../../../src/model/access.ts';
import { AuditLog } from '../../../src/platform/access/audit-log.ts';
import { SignInLimits } from '../../../src/platform/access/sign-in-limits.ts';
import { TokenStore } from '../../../src/platform/access/token-store.ts';
import { openStateStore } from '../../../src/platform/store/open-state-store.ts';
import { migrations } from '../../../src/platform/store/schema.ts';
import { createFakeClock } from '../../fake-clock.ts';
import { startApi } from '../control/api-rig.ts';
import { memoryStore } from '../memory-store.ts';
import { temporaryDirectory } from '../temporary-directory.ts';

const wish: NewToken = { name: 'ci', role: 'deployer', applications: ['shop'], expiresInSeconds: 60 };

describe('a token', () => {
  it('is found by its secret only, of which nothing is kept but the hash', async () => {
    const store = await memoryStore();
    const tokens = new TokenStore(store, createFakeClock());
    const { token } = tokens.create(wish, 'ann');
    expect(token).toMatch(/^appcfg_[a-z0-9]{12}_[A-Za-z0-9]{32}$/);
    expect(tokens.find(token)).toMatchObject({ identity: { name: 'ci', role: 'deployer', applications: ['shop'] } });
    expect(tokens.find(`${token.slice(0, -1)}${token.endsWith('x') ? 'y' : 'x'}`)).toBe('unknown');
    for (const other of ['', 'x', 'appcfg_', `${token} `, token.toUpperCase()])
      expect(tokens.find(other)).toBe('unknown');
    const secret = token.split('_')[2] ?? '';
    expect(JSON.stringify(store.all('SELECT * FROM tokens'))).not.toContain(secret);
    expect(JSON.stringify(tokens.list())).not.toContain(secret);
  });

  it('expires, can be revoked, and frees its name then', async () => {
    const clock = createFakeClock();
    const tokens = new TokenStore(await memoryStore(), clock);
    const first = tokens.create(wish, 'ann');
    expect(() => tokens.create(wish, 'ann')).toThrow(/token ci already/);
    await clock.advance(60_000);
    expect(tokens.find(first.token)).toBe('expired');
    const second = tokens.create(wish, 'ann');
    tokens.revoke('ci');
    expect(tokens.find(second.token)).toBe('revoked');
    expect(tokens.isUsable(second.id)).toBe(false);
    expect(() => tokens.revoke('nobody')).toThrow(/no token nobody/);
  });
});

describe('who guesses', () => {
  const limits = { failures: 3, failureMs: 1000, requestsPerSecond: 1, burst: 2 };

  it('has to wait, with all addresses of its network, until the failures are forgotten', async () => {
    const clock = createFakeClock();
    const found = new SignInLimits(clock, limits);
    const network = (last: number) => `2001:db8:1:2::${last}`;
    expect([1, 2, 3].map((last) => found.failed(network(last)))).toEqual([false, false, true]);
    expect(found.waitOfAddress(network(4))).toBe(1);
    expect(found.waitOfAddress('2001:db8:1:3::1')).toBe(0);
    await clock.advance(1000);
    expect(found.waitOfAddress(network(4))).toBe(0);
  });

  it('is told so, also with the right token; the machine itself never has to wait', async () => {
    const api = await startApi({ limits: { ...limits, failureMs: 60_000 } });
    const { token } = api.access.tokens.create({ name: 'ci', role: 'viewer' }, 'ann');
    const remote = { isLocal: false, address: '192.0.2.7', origin: 'https://x' };
    const signIn =
      (given: string, channel = remote) =>
      () =>
        api.access.authenticator.signIn(given, channel);
    for (let guess = 0; guess < 3; guess += 1) expect(signIn('wrong')).toThrow(/does not know the token/);
    expect(signIn(token)).toThrow(/too many wrong tokens/);
    expect(signIn(token, { ...remote, address: '192.0.2.8' })()).toMatchObject({ identity: { name: 'ci' } });
    const here = { ...remote, isLocal: true, address: '127.0.0.1' };
    for (let guess = 0; guess < 9; guess += 1) expect(signIn('wrong', here)).toThrow(/does not know the token/);
    expect(signIn(token, here)()).toMatchObject({ identity: { name: 'ci' } });
    expect(api.access.audit.list({})).toMatchObject([{ actor: 'unknown', address: '192.0.2.7', action: 'sign in' }]);
  });

  it('or asks too much with a token, gets 429 and how long to wait', async () => {
    const api = await startApi({ limits });
    const { token } = api.access.tokens.create({ name: 'ci', role: 'viewer' }, 'ann');
    const ask = () =>
      api.call('GET', '/appcfg/v1/whoami', { isAnonymous: true, headers: { authorization: `Bearer ${token}` } });
    const answers = [await ask(), await ask(), await ask()];
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 429]);
    expect(Number(answers[2]?.headers['retry-after'])).toBeGreaterThan(0);
  });
});

describe('requests that a proxy passed on', () => {
  it('are not those of this machine', async () => {
    const api = await startApi();
    expect((await api.call('GET', '/appcfg/v1/whoami')).status).toBe(200);
    const passedOn = { headers: { 'x-forwarded-for': '192.0.2.7' } };
    expect((await api.call('GET', '/appcfg/v1/whoami', passedOn)).status).toBe(404);
  });
});

describe('the audit log', () => {
  it('survives a restart, can be filtered, is never changed, and forgets by age only', async () => {
    const file = join(temporaryDirectory(), 'platform.db');
    const first = await openStateStore(file, migrations);
    const clock = createFakeClock(Date.now() - 10 * 86_400_000);
    const log = new AuditLog(first, clock, 5);
    log.record({ actor: 'ann', action: 'release', application: 'shop', address: '192.0.2.1', result: 'accepted' });
    log.record({ actor: 'ci', action: 'traffic', application: 'blog', result: 'failed', error: 'version.not-found' });
    first.close();
    const second = await openStateStore(file, migrations);
    const again = new AuditLog(second, clock, 5);
    expect(again.list({}).map(({ actor }) => actor)).toEqual(['ci', 'ann']);
    expect(again.list({ actor: 'ann' })).toMatchObject([{ application: 'shop', address: '192.0.2.1' }]);
    expect(again.list({ application: 'blog' })).toMatchObject([{ result: 'failed', error: 'version.not-found' }]);
    expect(again.list({ sinceMs: clock.now() + 1 })).toEqual([]);
    expect(() => second.run('UPDATE audit SET actor = ?', 'nobody')).toThrow(/only added to/);
    const today = new AuditLog(second, createFakeClock(Date.now()), 5);
    today.record({ actor: 'kim', action: 'stop', result: 'done' });
    expect(() => second.run('DELETE FROM audit WHERE actor = ?', 'kim')).toThrow(/keeps the last day/);
    today.start();
    today.close();
    expect(again.list({}).map(({ actor }) => actor)).toEqual(['kim']);
    second.close();
  });

  it('has who, from where, what, and how it ended, for what was done and what was refused', async () => {
    const api = await startApi();
    await api.createApp('demo');
    const { token } = api.access.tokens.create({ name: 'eye', role: 'viewer' }, 'ann');
    const headers = { authorization: `Bearer ${token}` };
    for (let time = 0; time < 3; time += 1)
      await api.call('PATCH', '/v1/apps/demo?updateMask=authDomain', { isAnonymous: true, headers, body: {} });
    const entries = api.access.audit.list({ application: 'demo' });
    expect(entries.filter(({ actor }) => actor === 'eye')).toMatchObject([
      { action: 'change application', result: 'refused', error: 'control.forbidden', address: '127.0.0.1' },
    ]);
    const created = entries.filter(({ action }) => action === 'create');
    expect(created.map(({ result }) => result)).toEqual(['done', 'done']);
  });
});

describe('a session of the console', () => {
  it('begins with a code once, has the role of its token, and ends with it', async () => {
    const api = await startApi();
    await api.createApp('demo');
    const { token } = api.access.tokens.create({ name: 'eye', role: 'viewer', applications: ['demo'] }, 'ann');
    const as = (given: string) => ({ isAnonymous: true, headers: { authorization: `Bearer ${given}` } });
    const asked = await api.call('POST', '/appcfg/v1/console:code', { ...as(token), body: { createdBy: 'the boss' } });
    const open = (body: object) => api.call('POST', '/appcfg/v1/console:session', { isAnonymous: true, body });
    const opened = await open({ code: asked.json.code });
    expect(opened.json.user).toBe('eye');
    expect((await open({ code: asked.json.code })).status).toBe(403);
    const session = String(opened.json.token);
    expect((await api.call('GET', '/v1/apps/demo', as(session))).status).toBe(200);
    expect((await api.call('PATCH', '/v1/apps/demo?updateMask=authDomain', { ...as(session), body: {} })).status).toBe(
      403,
    );
    api.access.tokens.revoke('eye');
    expect((await api.call('GET', '/v1/apps/demo', as(session))).json).toMatchObject({
      error: { code: 401, appcfg: { details: { reason: 'ended' } } },
    });
  });
});
