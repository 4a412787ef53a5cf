/** Applications, services, traffic, operations, firewall, domains and certificates on the Admin API. */
import { describe, expect, it } from 'vitest';
import { makeCertificate } from '../make-certificate.ts';
import { hasTool } from '../runtimes/tools.ts';
import { startAdmin } from './admin-rig.ts';
import { startApi } from './api-rig.ts';

describe('an application', () => {
  it('is not there until it is created, and only once', async () => {
    const { call, createApp } = await startApi();
    expect((await call('GET', '/v1/apps/demo')).json).toMatchObject({ error: { code: 404, status: 'NOT_FOUND' } });
    const created = await call('POST', '/v1/apps', { body: { id: 'demo', locationId: 'local', sslPolicy: 'MODERN' } });
    expect(created.json).toMatchObject({
      done: true,
      metadata: { method: 'google.appengine.v1.Applications.CreateApplication' },
      response: { '@type': 'type.googleapis.com/google.appengine.v1.Application', id: 'demo' },
    });
    expect((await call('GET', '/v1/apps/demo')).json).toMatchObject({
      codeBucket: 'staging.demo.appspot.com',
      defaultBucket: 'demo.appspot.com',
      defaultHostname: 'demo.localhost:8080',
      servingStatus: 'SERVING',
      locationId: 'local',
      sslPolicy: 'MODERN',
    });
    expect((await createApp()).json).toMatchObject({ error: { code: 409, status: 'ALREADY_EXISTS' } });
    expect((await createApp('Not A Name')).status).toBe(400);
  });

  it('may have a colon in its id, before a verb too', async () => {
    const { call, createApp } = await startApi();
    await createApp('example.com:proj');
    expect((await call('GET', '/v1/apps/example.com:proj')).json).toMatchObject({
      id: 'example.com:proj',
      codeBucket: 'staging.proj.example.com.a.appspot.com',
    });
    expect((await call('POST', '/v1/apps/example.com:proj:repair', { body: {} })).json).toMatchObject({
      done: true,
      response: { id: 'example.com:proj' },
    });
    expect(
      (await call('GET', '/v1/apps/example.com:proj:listRuntimes?environment=STANDARD')).json.runtimes,
    ).toContainEqual(expect.objectContaining({ name: 'python27' }));
    expect((await call('GET', '/storage/v1/b/staging.proj.example.com.a.appspot.com')).status).toBe(200);
    expect((await call('POST', '/v1/apps/example.com:proj:explode', { body: {} })).status).toBe(404);
  });

  it('takes dispatch rules that act, and records what only Google acts on', async () => {
    const { patch, deploy, call, routed, get } = await startAdmin();
    await deploy('default', 'v1');
    await deploy('work', 'v1');
    const rules = { dispatchRules: [{ domain: '*', path: '/work/*', service: 'work' }] };
    expect((await patch('?updateMask=dispatchRules,', rules)).json).toMatchObject({ done: true, response: rules });
    expect(routed.table.applications.get('demo')?.dispatch).toEqual([{ url: '*/work/*', module: 'work' }]);
    expect(
      (await patch('?updateMask=dispatchRules', { dispatchRules: [{ path: '/x', service: 'none' }] })).json,
    ).toMatchObject({ error: { message: expect.stringContaining('none') } });
    expect((await patch('?updateMask=dispatchRules', { dispatchRules: [{ path: 'x', service: 'work' }] })).status).toBe(
      400,
    );
    const beta = await call('PATCH', '/v1beta/apps/demo?updateMask=featureSettings.splitHealthChecks,', {
      body: { featureSettings: { splitHealthChecks: true } },
    });
    expect(beta.json).toMatchObject({
      metadata: {
        '@type': 'type.googleapis.com/google.appengine.v1beta.OperationMetadataV1Beta',
        warning: [expect.stringContaining('featureSettings is recorded')],
      },
      response: { '@type': 'type.googleapis.com/google.appengine.v1beta.Application' },
    });
    expect(await get('')).toMatchObject({ featureSettings: { splitHealthChecks: true }, ...rules });
    expect((await patch('?updateMask=name', {})).status).toBe(400);
  });

  it('has one location, runtimes, and a description of the API with this address', async () => {
    const { get, call, port } = await startAdmin();
    expect((await get('/locations?pageSize=100')).locations).toMatchObject([
      {
        locationId: 'local',
        labels: { 'cloud.googleapis.com/region': 'local' },
        metadata: { standardEnvironmentAvailable: true },
      },
    ]);
    expect((await call('GET', '/v1/apps/demo/locations/mars')).status).toBe(404);
    const discovery = await call('GET', '/$discovery/rest?version=v1', { isAnonymous: true });
    expect(discovery.json).toMatchObject({ id: 'appengine:v1', rootUrl: `http://127.0.0.1:${port}/` });
    const beta = await call('GET', '/$discovery/rest?version=v1beta', { isAnonymous: true });
    expect(beta.json).toMatchObject({ id: 'appengine:v1beta', version: 'v1beta' });
    expect(beta.text).not.toContain('"v1/apps');
    expect((await call('GET', '/$discovery/rest?version=v9', { isAnonymous: true })).status).toBe(404);
    expect(
      (await call('GET', '/$discovery/rest', { isAnonymous: true, headers: { host: 'evil.example' } })).status,
    ).toBe(404);
  });
});

describe('services', () => {
  it('share traffic as any client writes it', async () => {
    const { deploy, patch, desired, get } = await startAdmin();
    await deploy('default', 'v1');
    await deploy('default', 'v2');
    const split = () => desired.application('demo')?.live.modules.default?.split;
    const send = (body: object, query = 'updateMask=split&migrateTraffic=False') =>
      patch(`/services/default?${query}`, { split: body });
    expect((await send({ allocations: { v2: 1.0 }, shardBy: 'UNSPECIFIED' })).json).toMatchObject({
      done: true,
      response: {
        '@type': 'type.googleapis.com/google.appengine.v1.Service',
        split: { allocations: { v2: 1 }, shardBy: 'IP' },
      },
    });
    await send({ allocations: { v1: '0.5', v2: 0.5, v3: 0 }, shardBy: 'ip' });
    expect(split()).toEqual({ shardBy: 'ip', allocations: { v1: 0.5, v2: 0.5 } });
    await send(
      { allocations: { v1: 0.125, v2: 0.875 }, shardBy: 3 },
      'updateMask=split.allocations,split.shard_by,&migrateTraffic=True',
    );
    expect(split()).toEqual({ shardBy: 'random', allocations: { v1: 0.125, v2: 0.875 } });
    expect((await get('/services/default')).split).toEqual({
      allocations: { v1: 0.125, v2: 0.875 },
      shardBy: 'RANDOM',
    });
    expect((await send({ allocations: { v1: 0.5 } })).status).toBe(400);
    expect((await send({ allocations: { v9: 1 } })).status).toBe(400);
    expect((await patch('/services/none?updateMask=split', { split: { allocations: { v1: 1 } } })).status).toBe(404);
  });

  it('can be kept from the outside', async () => {
    const { deploy, patch, routed, get } = await startAdmin();
    await deploy('default', 'v1');
    const set = (value: string | number) =>
      patch('/services/default?updateMask=networkSettings', { networkSettings: { ingressTrafficAllowed: value } });
    const isInternalOnly = () => routed.table.applications.get('demo')?.modules.get('default')?.isInternalOnly;
    expect((await set('INGRESS_TRAFFIC_ALLOWED_INTERNAL_ONLY')).json).toMatchObject({
      done: true,
      response: { networkSettings: { ingressTrafficAllowed: 'INGRESS_TRAFFIC_ALLOWED_INTERNAL_ONLY' } },
    });
    expect(isInternalOnly()).toBe(true);
    // A deploy does not open it again.
    await deploy('default', 'v2');
    expect(isInternalOnly()).toBe(true);
    await set(1);
    expect(isInternalOnly()).toBe(false);
    expect(await get('/services/default')).toMatchObject({
      networkSettings: { ingressTrafficAllowed: 'INGRESS_TRAFFIC_ALLOWED_ALL' },
    });
  });

  it('go with all their versions, but never the default one', async () => {
    const { deploy, call, get } = await startAdmin();
    await deploy('default', 'v1');
    await deploy('work', 'v1');
    await deploy('work', 'v2');
    expect((await get('/services')).services).toMatchObject([{ id: 'default' }, { id: 'work' }]);
    expect((await call('DELETE', '/v1/apps/demo/services/work')).json).toMatchObject({
      done: true,
      metadata: { method: 'google.appengine.v1.Services.DeleteService' },
    });
    expect((await get('/services')).services).toMatchObject([{ id: 'default' }]);
    expect((await call('DELETE', '/v1/apps/demo/services/default')).json).toMatchObject({
      error: { status: 'FAILED_PRECONDITION' },
    });
  });

  it('come in pages', async () => {
    const { deploy, get } = await startAdmin();
    for (const name of ['default', 'a', 'b', 'c', 'd']) await deploy(name, 'v1');
    const first = await get('/services?pageSize=2');
    expect(first.services).toMatchObject([{ id: 'default' }, { id: 'a' }]);
    const second = await get(`/services?pageSize=3&pageToken=${first.nextPageToken}`);
    expect(second.services).toMatchObject([{ id: 'b' }, { id: 'c' }, { id: 'd' }]);
    expect(second).not.toHaveProperty('nextPageToken');
  });
});

describe('operations', () => {
  it('are listed, pending ones alone when asked, and polled until they end', async () => {
    const { deploy, engine, get, call, operations } = await startAdmin();
    await deploy('default', 'v1');
    let go: (() => void) | undefined;
    engine.beforePrepare = () =>
      new Promise((resolve) => {
        go = resolve;
      });
    const answered = deploy('default', 'v2');
    await expect.poll(() => go).toBeDefined();
    expect(operations.isBusy()).toBe(true);
    const pending = await get('/operations?filter=done:false');
    expect(pending.operations).toMatchObject([{ metadata: { target: 'apps/demo/services/default/versions/v2' } }]);
    expect(pending.operations?.[0]).not.toHaveProperty('done');
    go?.();
    const { json } = await answered;
    expect((await call('GET', `/v1/${String(json.name)}`)).json).toMatchObject({ done: true, response: { id: 'v2' } });
    expect(await get('/operations?filter=done:false')).toMatchObject({ operations: [] });
    expect((await get('/operations')).operations).toHaveLength(3);
    expect((await call('GET', '/v1/apps/demo/operations/none')).status).toBe(404);
    expect((await call('GET', '/v1/apps/none/operations')).status).toBe(404);
  });
});

describe('the newer family of paths', () => {
  it('leads to the same', async () => {
    const { deploy, call } = await startAdmin();
    await deploy('default', 'v1', { manualScaling: { instances: 1 } });
    const root = '/v1/projects/demo/locations/local/applications/demo';
    const body = { split: { allocations: { v1: 1 } } };
    expect((await call('PATCH', `${root}/services/default?updateMask=split`, { body })).json).toMatchObject({
      done: true,
    });
    expect((await call('GET', `${root}/domainMappings`)).json).toEqual({ domainMappings: [] });
    const stop = { servingStatus: 'STOPPED' };
    expect(
      (
        await call('PATCH', `/v1beta${root.slice(3)}/services/default/versions/v1?updateMask=servingStatus`, {
          body: stop,
        })
      ).json,
    ).toMatchObject({ response: { '@type': 'type.googleapis.com/google.appengine.v1beta.Version' } });
  });
});

describe('firewall rules', () => {
  it('are asked in order, with the default rule always last', async () => {
    const { get, call, patch, routed } = await startAdmin();
    const rules = '/firewall/ingressRules';
    const create = (body: object) => call('POST', `/v1/apps/demo${rules}`, { body });
    expect((await get(rules)).ingressRules).toEqual([
      { priority: 2147483647, action: 'ALLOW', sourceRange: '*', description: 'The default action.' },
    ]);
    expect(
      (await create({ priority: 1000, action: 'DENY', sourceRange: '10.0.0.0/8', description: 'inside' })).json,
    ).toMatchObject({ priority: 1000, action: 'DENY' });
    expect((await create({ priority: '100', action: 'allow', sourceRange: '10.1.0.0/16' })).status).toBe(200);
    expect((await get(rules)).ingressRules).toMatchObject([
      { priority: 100 },
      { priority: 1000 },
      { priority: 2147483647 },
    ]);
    const matching = async (address: string) => (await get(`${rules}?matchingAddress=${address}`)).ingressRules;
    expect(await matching('10.1.2.3')).toMatchObject([
      { action: 'ALLOW' },
      { action: 'DENY' },
      { priority: 2147483647 },
    ]);
    expect(await matching('2001:db8::1')).toMatchObject([{ priority: 2147483647 }]);
    expect(routed.table.applications.get('demo')?.firewall).toMatchObject([
      { priority: 100, action: 'allow' },
      { priority: 1000 },
      {},
    ]);
    expect(
      (await patch(`${rules}/100?updateMask=action,description`, { action: 2, description: 'now no' })).json,
    ).toEqual({ priority: 100, action: 'DENY', sourceRange: '10.1.0.0/16', description: 'now no' });
    expect((await patch(`${rules}/2147483647?updateMask=action`, { action: 'DENY' })).json).toMatchObject({
      action: 'DENY',
      sourceRange: '*',
    });
    expect((await call('DELETE', `/v1/apps/demo${rules}/1000`)).json).toEqual({});
    expect((await get(`${rules}/default`)).action).toBe('DENY');
  });

  it('are refused when they are none, and the default rule stays', async () => {
    const { call, patch } = await startAdmin();
    const rules = '/v1/apps/demo/firewall/ingressRules';
    const good = { priority: 5, action: 'DENY', sourceRange: '192.0.2.1' };
    for (const bad of [
      { priority: 0 },
      { priority: 2147483648 },
      { action: 'MAYBE' },
      { sourceRange: 'everywhere' },
      { sourceRange: '10.0.0.0/33' },
      { sourceRange: undefined },
    ]) {
      expect((await call('POST', rules, { body: { ...good, ...bad } })).status, JSON.stringify(bad)).toBe(400);
    }
    expect((await call('POST', rules, { body: good })).status).toBe(200);
    expect((await call('POST', rules, { body: good })).status).toBe(409);
    expect((await call('DELETE', `${rules}/2147483647`)).status).toBe(400);
    expect(
      (await patch('/firewall/ingressRules/2147483647?updateMask=sourceRange', { sourceRange: '10.0.0.0/8' })).status,
    ).toBe(400);
    expect((await call('DELETE', `${rules}/77`)).status).toBe(404);
    const batch = { ingressRules: [good, { ...good, priority: 6 }] };
    expect((await call('POST', `${rules}:batchUpdate`, { body: batch })).json.ingressRules).toMatchObject([
      { priority: 5 },
      { priority: 6 },
      { priority: 2147483647 },
    ]);
    expect((await call('POST', `${rules}:batchUpdate`, { body: { ingressRules: [good, good] } })).status).toBe(400);
  });

  it('show what dos.yaml refuses to whoever tests an address', async () => {
    const { call, get } = await startAdmin();
    const body = { value: [{ subnet: '192.0.2.0/24', description: 'bots' }] };
    await call('PUT', '/appcfg/v1/apps/demo/settings/dos', { body });
    const { ingressRules } = await get('/firewall/ingressRules?matchingAddress=192.0.2.9');
    expect(ingressRules).toMatchObject([{ action: 'DENY', description: 'dos.yaml: bots' }, { action: 'ALLOW' }]);
  });
});

describe.skipIf(!hasTool('openssl'))('domains and certificates (need openssl)', () => {
  it('route the domain, and serve it with the certificate that was uploaded for it', async () => {
    const { call, get, patch, routed, directory } = await startAdmin();
    const { certificate, privateKey } = makeCertificate(directory, 'www.example.com');
    const create = (body: object) => call('POST', '/v1/apps/demo/authorizedCertificates', { body });
    const created = await create({
      displayName: 'web',
      certificateRawData: { publicCertificate: certificate, privateKey },
    });
    expect(created.json).toMatchObject({
      displayName: 'web',
      domainNames: ['www.example.com'],
      expireTime: expect.stringMatching(/Z$/),
    });
    const id = String(created.json.id);
    const mapping = await call('POST', '/v1/apps/demo/domainMappings', {
      body: { id: 'www.example.com', sslSettings: { certificateId: id, sslManagementType: 'MANUAL' } },
    });
    expect(mapping.json).toMatchObject({
      done: true,
      response: { id: 'www.example.com', sslSettings: { certificateId: id } },
    });
    expect(routed.table.applications.get('demo')).toMatchObject({
      domains: ['www.example.com'],
      certificates: [{ domain: 'www.example.com' }],
    });
    const full = await get(`/authorizedCertificates/${id}?view=FULL_CERTIFICATE`);
    expect(full).toMatchObject({
      domainMappingsCount: 1,
      visibleDomainMappings: ['apps/demo/domainMappings/www.example.com'],
    });
    expect(JSON.stringify(full)).not.toContain('PRIVATE KEY');
    expect((await call('DELETE', `/v1/apps/demo/authorizedCertificates/${id}`)).status).toBe(400);
    const cleared = await patch('/domainMappings/www.example.com?updateMask=sslSettings.certificateId', {
      sslSettings: {},
    });
    expect(cleared.json).toMatchObject({ response: { sslSettings: { sslManagementType: 'MANUAL' } } });
    expect(routed.table.applications.get('demo')?.certificates).toEqual([]);
    expect((await call('DELETE', `/v1/apps/demo/authorizedCertificates/${id}`)).json).toEqual({});
    expect((await get('/authorizedDomains')).domains).toMatchObject([{ id: 'www.example.com' }]);
    expect((await call('DELETE', '/v1/apps/demo/domainMappings/www.example.com')).json).toMatchObject({ done: true });
    expect(routed.table.applications.get('demo')?.domains).toEqual([]);
  });

  it('refuse pairs that are none', async () => {
    const { call, directory } = await startAdmin();
    const one = makeCertificate(directory, 'a.example.com');
    const other = makeCertificate(directory, 'b.example.com');
    const create = (certificateRawData: object) =>
      call('POST', '/v1/apps/demo/authorizedCertificates', { body: { certificateRawData } });
    const mixed = await create({ publicCertificate: one.certificate, privateKey: other.privateKey });
    expect(mixed.json).toMatchObject({ error: { code: 400, message: expect.stringContaining('does not belong') } });
    expect((await create({ publicCertificate: 'x', privateKey: one.privateKey })).status).toBe(400);
    expect((await create({ publicCertificate: one.certificate, privateKey: 'x' })).status).toBe(400);
    expect((await create({ publicCertificate: one.certificate })).status).toBe(400);
  });
});

describe('a domain', () => {
  it('belongs to one application, unless it is taken over', async () => {
    const { call, createApp } = await startAdmin();
    await createApp('other');
    const map = (application: string, query = '') =>
      call('POST', `/v1/apps/${application}/domainMappings${query}`, { body: { id: 'Shop.Example.com.' } });
    const automatic = await map('demo');
    expect(automatic.json).toMatchObject({
      metadata: { warning: [expect.stringContaining('does not obtain certificates')] },
      response: { id: 'shop.example.com', sslSettings: { sslManagementType: 'AUTOMATIC' } },
    });
    expect((await map('other')).json).toMatchObject({ error: { code: 409 } });
    expect((await map('other', '?overrideStrategy=OVERRIDE')).json).toMatchObject({ done: true });
    expect((await call('GET', '/v1/apps/demo/domainMappings/shop.example.com')).status).toBe(404);
    for (const id of ['nodots', 'a b.com', 'demo.localhost', '-x.com', '']) {
      expect((await call('POST', '/v1/apps/demo/domainMappings', { body: { id } })).status, id).toBe(400);
    }
    const unknown = { id: 'x.example.com', sslSettings: { certificateId: '42' } };
    expect((await call('POST', '/v1/apps/demo/domainMappings', { body: unknown })).status).toBe(404);
  });
});
