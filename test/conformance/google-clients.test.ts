/** Google's own libraries, unmodified, against the surfaces: what they take without a complaint is right. */
import { createHash, randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import {
  ApplicationsClient,
  FirewallClient,
  protos,
  ServicesClient,
  VersionsClient,
} from '@google-cloud/appengine-admin';
import { Storage } from '@google-cloud/storage';
import { Discovery } from 'googleapis-common/build/src/discovery.js';
import { describe, expect, it, onTestFinished } from 'vitest';
import { sha1, sourceUrl, startAdmin } from '../platform/control/admin-rig.ts';
import { TOKEN } from '../platform/control/api-rig.ts';

/** Each library wants a client of the very authentication library that it brought. */
function login(library: string): object {
  const own = createRequire(createRequire(import.meta.url).resolve(library));
  const { OAuth2Client } = own('google-auth-library') as { readonly OAuth2Client: new () => Login };
  const client = new OAuth2Client();
  client.setCredentials({ access_token: TOKEN });
  return client;
}

interface Login {
  setCredentials(credentials: { readonly access_token: string }): void;
}

async function bench() {
  const admin = await startAdmin();
  const { port } = admin;
  const options = {
    fallback: true,
    apiEndpoint: '127.0.0.1',
    port,
    protocol: 'http',
    authClient: login('google-gax'),
  } as never;
  const open = <T extends { close(): Promise<void> }>(client: T): T => {
    onTestFinished(() => client.close());
    return client;
  };
  return { ...admin, options, open };
}

describe('@google-cloud/appengine-admin (REST)', () => {
  it('deploys, looks, splits traffic and deletes', async () => {
    const { options, open, files, desired } = await bench();
    const versions = open(new VersionsClient(options));
    const parent = 'apps/demo/services/default';
    const deploy = async (id: string) => {
      const [operation] = await versions.createVersion({
        parent,
        version: {
          id,
          runtime: 'python27',
          threadsafe: true,
          instanceClass: 'B2',
          manualScaling: { instances: 2 },
          handlers: [{ urlRegex: '/.*', script: { scriptPath: 'main.app' }, login: 'LOGIN_REQUIRED' }],
          inboundServices: [protos.google.appengine.v1.InboundServiceType.INBOUND_SERVICE_WARMUP],
          defaultExpiration: { seconds: 600 },
          deployment: { files: await files({ 'main.py': id }) },
        },
      });
      const [version] = await operation.promise();
      return version;
    };
    // What comes wrapped in an operation keeps its enums as numbers in this client.
    expect(await deploy('v1')).toMatchObject({ id: 'v1', servingStatus: 1, manualScaling: { instances: 2 } });
    await deploy('v2');
    const [deployment] = [...desired.deployments('demo').values()];
    expect(deployment?.spec).toMatchObject({
      handlers: [{ login: 'required' }],
      inboundServices: ['warmup'],
      defaultExpirationSeconds: 600,
    });
    const [found] = await versions.listVersions({ parent });
    expect(found.map(({ id }) => id)).toEqual(['v1', 'v2']);
    const [full] = await versions.getVersion({ name: `${parent}/versions/v1`, view: 'FULL' });
    expect(full).toMatchObject({ handlers: [{ urlRegex: '/.*' }], createdBy: 'admin-api' });
    expect(Number(full.diskUsageBytes)).toBe(2);

    const services = open(new ServicesClient(options));
    const [moving] = await services.updateService({
      name: parent,
      updateMask: { paths: ['split'] },
      service: { split: { allocations: { v1: 0.25, v2: 0.75 }, shardBy: 'COOKIE' } },
    });
    const [moved] = await moving.promise();
    expect(moved).toMatchObject({ id: 'default', split: { allocations: { v1: 0.25, v2: 0.75 }, shardBy: 1 } });
    expect(desired.application('demo')?.live.modules.default?.split.shardBy).toBe('cookie');

    const [stopping] = await versions.updateVersion({
      name: `${parent}/versions/v1`,
      updateMask: { paths: ['serving_status'] },
      version: { servingStatus: 'STOPPED' },
    });
    expect((await stopping.promise())[0]).toMatchObject({ servingStatus: 2 });
    const [failing] = await versions.deleteVersion({ name: `${parent}/versions/v1` });
    await expect(failing.promise()).rejects.toThrow(/receives traffic/);
  });

  it('reads errors as they are meant', async () => {
    const { options, open } = await bench();
    const versions = open(new VersionsClient(options));
    await expect(versions.getVersion({ name: 'apps/demo/services/none/versions/v1' })).rejects.toMatchObject({
      code: 404,
      message: expect.stringContaining('has no module none'),
    });
    const version = { id: 'v1', runtime: 'pyhton27', deployment: { files: {} } };
    await expect(versions.createVersion({ parent: 'apps/demo/services/default', version })).rejects.toMatchObject({
      code: 400,
    });
  });

  it('creates applications and manages firewall rules', async () => {
    const { options, open } = await bench();
    const applications = open(new ApplicationsClient(options));
    const [creating] = await applications.createApplication({ application: { id: 'second', locationId: 'local' } });
    expect((await creating.promise())[0]).toMatchObject({ id: 'second', defaultHostname: 'second.localhost:8080' });
    const firewall = open(new FirewallClient(options));
    const rule = { priority: 100, action: 'DENY', sourceRange: '192.0.2.0/24' } as const;
    const [created] = await firewall.createIngressRule({ parent: 'apps/second', rule });
    expect(created).toMatchObject(rule);
    const [rules] = await firewall.listIngressRules({ parent: 'apps/second', matchingAddress: '192.0.2.7' });
    expect(rules.map(({ action }) => action)).toEqual(['DENY', 'ALLOW']);
    const name = 'apps/second/firewall/ingressRules/100';
    const change = { name, updateMask: { paths: ['action'] }, rule: { action: 'ALLOW' as const } };
    expect((await firewall.updateIngressRule(change))[0]).toMatchObject({
      action: 'ALLOW',
      sourceRange: '192.0.2.0/24',
    });
    await firewall.deleteIngressRule({ name });
    expect((await firewall.listIngressRules({ parent: 'apps/second' }))[0]).toHaveLength(1);
  });
});

describe('googleapis-common with the discovery document of the platform', () => {
  it('is a client of it', async () => {
    const { port, deploy } = await bench();
    await deploy('default', 'v1');
    const rootUrl = `http://127.0.0.1:${port}/`;
    const make = await new Discovery({}).discoverAPI(`${rootUrl}$discovery/rest?version=v1`);
    const options = { version: 'v1', auth: login('googleapis-common'), google: { _options: {} } };
    const api = make(options as never, {}) as unknown as DiscoveredApi;
    const listed = await api.apps.services.versions.list({ appsId: 'demo', servicesId: 'default' });
    expect(listed.data).toMatchObject({ versions: [{ id: 'v1' }] });
    await expect(api.apps.get({ appsId: 'nobody' })).rejects.toMatchObject({ status: 404 });
    const requestBody = { split: { allocations: { v1: 1 } } };
    const query = { appsId: 'demo', servicesId: 'default', updateMask: 'split', requestBody };
    expect((await api.apps.services.patch(query)).data).toMatchObject({ done: true });
  });
});

type Call = (parameters: object) => Promise<{ readonly data: object }>;
interface DiscoveredApi {
  readonly apps: {
    readonly get: Call;
    readonly services: { readonly patch: Call; readonly versions: { readonly list: Call } };
  };
}

describe('@google-cloud/storage', () => {
  const bucketOf = (port: number) =>
    new Storage({
      apiEndpoint: `http://127.0.0.1:${port}`,
      projectId: 'demo',
      authClient: login('@google-cloud/storage') as never,
      useAuthWithCustomEndpoint: true,
    }).bucket('staging.demo.appspot.com');

  it('saves, lists, reads and deletes, in one request and in several', async () => {
    const { port, directory, deploy, desired } = await bench();
    const bucket = bucketOf(port);
    const small = Buffer.from('print("hello")\n');
    await bucket.file(sha1(small)).save(small, { resumable: false });
    const large = randomBytes(3 * 1024 * 1024);
    // This library begins uploads at other hosts than Google's without a login, unless it is done apart.
    const metadata = { contentType: 'application/x-large' };
    const [uri] = await bucket.file('large').createResumableUpload({ metadata });
    await bucket.file('large').save(large, { resumable: true, uri });
    const chunked = join(directory, 'chunked');
    writeFileSync(chunked, large);
    const [chunkedUri] = await bucket.file('dir/chunked').createResumableUpload();
    await bucket.upload(chunked, {
      destination: 'dir/chunked',
      chunkSize: 1024 * 1024,
      resumable: true,
      uri: chunkedUri,
    });
    const [found] = await bucket.getFiles();
    expect(found.map(({ name }) => name).sort()).toEqual([sha1(small), 'dir/chunked', 'large'].sort());
    const [read] = await bucket.file('dir/chunked').download();
    expect(createHash('sha1').update(read).digest('hex')).toBe(sha1(large));
    const [part] = await bucket.file('large').download({ start: 10, end: 19 });
    expect(part).toEqual(large.subarray(10, 20));
    const [described] = await bucket.file('large').getMetadata();
    expect(described).toMatchObject({ contentType: 'application/x-large', size: String(large.length) });
    await bucket.file('large').delete();
    expect(await bucket.file('large').exists()).toEqual([false]);
    const file = { sourceUrl: sourceUrl(sha1(small)), sha1Sum: sha1(small) };
    const deployed = await deploy('default', 'v1', { deployment: { files: { 'main.py': file } } });
    expect(deployed.json).toMatchObject({ done: true });
    expect(desired.application('demo')?.live.modules).toHaveProperty('default');
  });
});
