/** Every route has a role, and the roles hold: one table, walked whole. */
import { describe, expect, it } from 'vitest';
import type { NewToken } from '../../../src/model/access.ts';
import type { Route } from '../../../src/platform/control/route-table.ts';
import { startAdmin } from './admin-rig.ts';
import { startApi, TOKEN } from './api-rig.ts';

type Api = Awaited<ReturnType<typeof startApi>>;

/** Routes that let everybody in, or everybody with a token: each for a reason. */
const open = [
  // A browser that signs in has no token yet. The address of an upload holds its own secret; the description is public.
  'POST /appcfg/v1/console:session',
  'GET /$discovery/rest',
  'PUT /upload/storage/v1/b/:bucket/o',
  'DELETE /upload/storage/v1/b/:bucket/o',
  'PUT /resumable/upload/storage/v1/b/:bucket/o',
  'DELETE /resumable/upload/storage/v1/b/:bucket/o',
];
const signedInOnly = [
  'GET /appcfg/v1/platform',
  // Both lists have only what the caller may see.
  'GET /appcfg/v1/apps',
  'GET /v1/projects',
  'GET /appcfg/v1/whoami',
  'POST /appcfg/v1/console:code',
  'DELETE /appcfg/v1/console:session',
];
const decidedInside = ['POST /v1/apps', 'POST /v1beta/apps', 'POST /v2/entries:list', 'GET /appcfg/v1/audit'];

describe('the route table', () => {
  it('has no route without a role, and no open one beyond those that are known', async () => {
    const { routes } = await startApi();
    expect(routes.length).toBeGreaterThan(150);
    const named = (wanted: (route: Route) => boolean) => [...new Set(routes.filter(wanted).map(nameOf))].sort();
    expect(
      named(({ access }) => !['anyone', 'signed-in', 'viewer', 'deployer', 'admin'].includes(access?.role)),
    ).toEqual([]);
    // Pages, styles and scripts of the console are the same for everybody.
    const isPage = ({ method, pattern }: Route) => method === 'GET' && /^\/console(\/|$)/.test(pattern);
    expect(named((route) => route.access.role === 'anyone' && !isPage(route))).toEqual([...open].sort());
    const isLegacy = ({ pattern }: Route) => pattern.startsWith('/api/');
    const inside = ({ access }: Route) => access.scope === 'decided-inside';
    expect(named((route) => route.access.role === 'signed-in' && !inside(route) && !isLegacy(route))).toEqual(
      [...signedInOnly].sort(),
    );
    expect(named(inside)).toEqual([...decidedInside].sort());
    // The legacy protocol's answers that are the same for everybody.
    expect(
      named((route) => route.access.role === 'signed-in' && isLegacy(route)).filter((name) => name.startsWith('POST')),
    ).toEqual(
      [
        ...['list', 'start', 'stop', 'delete', 'configure'].map((name) => `POST /api/backends/${name}`),
        ...['debug', 'debugstate', 'lock', 'prepare'].map((name) => `POST /api/vms/${name}`),
        ...['updatecheck', 'isconfigupdated', 'logclientdeploy'].map((name) => `POST /api/${name}`),
      ].sort(),
    );
  });

  it('names the application of every route that is about one', async () => {
    const { routes } = await startApi();
    const lost = routes.filter(
      ({ access, pattern }) =>
        access.scope === 'application' && access.applicationOf === undefined && !/:app(?=[/:]|$)/.test(pattern),
    );
    expect(lost.map(nameOf)).toEqual([]);
  });

  it('records every change: what may be done by deployers only has a word for the audit log, or prepares a change', async () => {
    const { routes } = await startApi();
    const silent = routes.filter(
      ({ access, method, pattern }) =>
        method !== 'GET' && !pattern.startsWith('/api/') && access.role !== 'anyone' && access.change === undefined,
    );
    expect([...new Set(silent.map(nameOf))].sort()).toEqual(
      [
        'POST /appcfg/v1/apps/:app/blobs:missing',
        'POST /appcfg/v1/apps/:app/blobs',
        'POST /appcfg/v1/console:code',
        'DELETE /appcfg/v1/console:session',
        'DELETE /storage/v1/b/:bucket/o/:object',
        'DELETE /download/storage/v1/b/:bucket/o/:object',
        'POST /upload/storage/v1/b/:bucket/o',
        'POST /resumable/upload/storage/v1/b/:bucket/o',
        'POST /v2/entries:list',
        'POST /v1/projects/:app/services/:service_name:enable',
        ...['v1', 'v1beta'].flatMap((api) =>
          ['apps/:app', 'projects/:project/locations/:location/applications/:app'].map(
            (family) => `POST /${api}/${family}/services/:service/versions/:version:exportAppImage`,
          ),
        ),
      ].sort(),
    );
  });
});

describe('whoever has no token, a wrong one, one for something else', () => {
  it('gets nothing from any route', { timeout: 120_000 }, async () => {
    const api = await startApi();
    await api.createApp('demo');
    await api.createApp('other');
    const viewer = token(api, { name: 'v', role: 'viewer', applications: ['other'] });
    const deployer = token(api, { name: 'd', role: 'deployer', applications: ['other'] });
    const platformViewer = token(api, { name: 'pv', role: 'viewer' });
    const wrong: string[] = [];
    for (const route of api.routes) {
      if (route.access.role === 'anyone') continue;
      const path = pathOf(route, 'demo');
      const ask = async (given: string | undefined) =>
        (
          await api.call(route.method, path, {
            isAnonymous: true,
            headers: given === undefined ? {} : { authorization: `Bearer ${given}` },
            body: bodyFor(route, 'demo'),
          })
        ).status;
      const isAbout = route.access.role !== 'signed-in' || route.access.scope === 'decided-inside';
      const expected: readonly (readonly [string, string | undefined, number])[] = [
        ['nobody', undefined, 401],
        ['stranger', `appcfg_${'a'.repeat(12)}_${'b'.repeat(32)}`, 401],
        ...(isAbout
          ? ([
              ['viewer of another', viewer, 403],
              ['deployer of another', deployer, 403],
            ] as const)
          : []),
        ...(route.access.role === 'deployer' || route.access.role === 'admin'
          ? ([['viewer of all', platformViewer, 403]] as const)
          : []),
      ];
      for (const [who, given, status] of expected) {
        const got = await ask(given);
        if (got !== status) wrong.push(`${who}: ${nameOf(route)} answered ${got}, not ${status}`);
      }
    }
    expect(wrong).toEqual([]);
  });
});

describe('whoever may', () => {
  it('is let in, and no further', async () => {
    const api = await startAdmin();
    await api.deploy('default', 'v1');
    await api.createApp('other');
    const as = (given: string) => async (method: string, path: string, body?: object) =>
      await api.call(method, path, {
        isAnonymous: true,
        headers: { authorization: `Bearer ${given}` },
        ...(body ? { body } : {}),
      });
    const viewer = as(token(api, { name: 'viewer', role: 'viewer', applications: ['demo'] }));
    const deployer = as(token(api, { name: 'ci', role: 'deployer', applications: ['demo'] }));
    const admin = as(token(api, { name: 'root', role: 'admin' }));
    expect((await viewer('GET', '/v1/apps/demo')).status).toBe(200);
    expect((await viewer('GET', '/appcfg/v1/apps/demo/releases')).status).toBe(200);
    expect((await viewer('PATCH', '/v1/apps/demo?updateMask=authDomain', {})).json).toMatchObject({
      error: { code: 403, status: 'PERMISSION_DENIED', appcfg: { code: 'control.forbidden' } },
    });
    expect((await viewer('GET', '/appcfg/v1/apps')).json).toEqual({ applications: ['demo'] });
    expect((await admin('GET', '/appcfg/v1/apps')).json).toEqual({ applications: ['demo', 'other'] });
    expect((await deployer('PATCH', '/v1/apps/demo?updateMask=authDomain', { authDomain: 'x' })).status).toBe(200);
    expect((await deployer('POST', '/v1/apps', { id: 'third' })).status).toBe(403);
    const pin = `/appcfg/v1/apps/demo/releases/${api.desired.application('demo')?.currentRelease}/pin`;
    expect((await viewer('PUT', pin, { createdBy: '' })).status).toBe(403);
    expect((await deployer('PUT', pin, { createdBy: 'somebody else' })).json).toMatchObject({ pin: { by: 'ci' } });
    expect((await admin('GET', '/appcfg/v1/audit?application=demo')).json).toMatchObject({
      entries: expect.arrayContaining([
        expect.objectContaining({ actor: 'ci', action: 'pin release', result: 'done' }),
        expect.objectContaining({ actor: 'viewer', action: 'pin release', result: 'refused' }),
      ]),
    });
    expect((await deployer('GET', '/appcfg/v1/tokens')).status).toBe(403);
    expect((await deployer('GET', '/appcfg/v1/audit')).status).toBe(403);
    expect((await deployer('GET', '/appcfg/v1/audit?application=other')).status).toBe(403);
    expect((await deployer('GET', '/appcfg/v1/audit?application=demo')).status).toBe(200);
    expect((await admin('GET', '/appcfg/v1/tokens')).json.tokens).toHaveLength(3);
    expect((await admin('GET', '/appcfg/v1/audit')).status).toBe(200);
    expect((await viewer('GET', '/appcfg/v1/whoami')).json).toEqual({
      kind: 'token',
      name: 'viewer',
      role: 'viewer',
      applications: ['demo'],
    });
  });

  it('can not reach into another application through what a request names inside', async () => {
    const api = await startAdmin();
    await api.deploy('default', 'v1');
    await api.createApp('other');
    await api.upload('secret.txt', 'of other', 'staging.other.appspot.com');
    const headers = { authorization: `Bearer ${token(api, { name: 'ci', role: 'deployer', applications: ['demo'] })}` };
    const call = (method: string, path: string, body?: object) =>
      api.call(method, path, { isAnonymous: true, headers, ...(body ? { body } : {}) });
    const version = await api.version('v2', {
      deployment: {
        files: { 'x.txt': { sourceUrl: 'https://storage.googleapis.com/staging.other.appspot.com/secret.txt' } },
      },
    });
    expect((await call('POST', '/v1/apps/demo/services/default/versions', version)).status).toBe(403);
    expect((await call('GET', '/storage/v1/b/staging.other.appspot.com/o')).status).toBe(403);
    const domain = { id: 'www.example.com' };
    expect((await api.call('POST', '/v1/apps/other/domainMappings', { body: domain })).status).toBe(200);
    expect((await call('POST', '/v1/apps/demo/domainMappings?overrideStrategy=OVERRIDE', domain)).status).toBe(403);
    expect(
      (await call('POST', '/v2/entries:list', { resourceNames: ['projects/demo', 'projects/other'] })).status,
    ).toBe(403);
    expect((await call('POST', '/v2/entries:list', { resourceNames: ['projects/demo'] })).status).toBe(200);
  });

  it('is recorded under the name of the token, whatever it says of itself', async () => {
    const api = await startAdmin();
    const ci = token(api, { name: 'ci', role: 'deployer', applications: ['demo'] });
    const headers = { authorization: `Bearer ${ci}`, 'x-appcfg-user': 'the boss' };
    const rules = (path: string) => ({ dispatchRules: [{ domain: '*', path, service: 'default' }] });
    const path = '/v1/apps/demo?updateMask=dispatchRules';
    await api.call('PATCH', path, { isAnonymous: true, headers, body: rules('/a') });
    await api.call('PATCH', path, { headers: { 'x-appcfg-user': 'kim' }, body: rules('/b') });
    const { operations } = (await api.call('GET', '/appcfg/v1/apps/demo/operations')).json;
    const authors = (operations as unknown as readonly { createdBy: string }[]).map(({ createdBy }) => createdBy);
    expect(authors).toContain('ci');
    expect(authors).toContain('kim');
    expect(authors).not.toContain('the boss');
  });
});

function token({ access }: Pick<Api, 'access'>, wish: NewToken): string {
  return access.tokens.create(wish, 'test').token;
}

function nameOf({ method, pattern }: Route): string {
  return `${method} ${pattern}`;
}

function pathOf({ pattern }: Route, application: string): string {
  const path = pattern.replaceAll(/:[a-z_]+(?=[/:]|$)/gi, (part) => {
    if (part === ':app') return application;
    if (part === ':bucket') return `staging.${application}.appspot.com`;
    return isVerb(pattern, part) ? part : 'x';
  });
  return pattern.startsWith('/api/') ? `${path}?app_id=${application}&version=x` : path;
}

function bodyFor({ pattern }: Route, application: string): object {
  if (pattern.endsWith('/apps')) return { id: `${application}2` };
  return pattern === '/v2/entries:list' ? { resourceNames: [`projects/${application}`] } : {};
}

/** `:repair` in `:app:repair`, and `:list` in `entries:list`: not a parameter. */
function isVerb(pattern: string, part: string): boolean {
  const at = pattern.indexOf(part);
  return at > 0 && pattern[at - 1] !== '/';
}

it('the token of the rig is the one of this machine', async () => {
  const { call } = await startApi();
  expect(
    (await call('GET', '/appcfg/v1/whoami', { isAnonymous: true, headers: { authorization: `Bearer ${TOKEN}` } }))
      .status,
  ).toBe(200);
});
