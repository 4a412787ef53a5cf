/** Versions on the Admin API: what is deployed, how, and what is refused. */
import { describe, expect, it } from 'vitest';
import { sha1, sourceUrl, startAdmin } from './admin-rig.ts';
import { type ZipFile, zipArchive } from './zip-archive.ts';

const manual = { manualScaling: { instances: 1 } };

describe('creating a version', () => {
  it('answers an operation that is done, with the version as it is now', async () => {
    const { deploy, desired } = await startAdmin();
    const { json } = await deploy('default', 'v1');
    expect(json).toMatchObject({
      name: expect.stringMatching(/^apps\/demo\/operations\/[\w-]+$/),
      done: true,
      metadata: {
        '@type': 'type.googleapis.com/google.appengine.v1.OperationMetadataV1',
        method: 'google.appengine.v1.Versions.CreateVersion',
        target: 'apps/demo/services/default/versions/v1',
        user: 'admin-api',
      },
      response: {
        '@type': 'type.googleapis.com/google.appengine.v1.Version',
        name: 'apps/demo/services/default/versions/v1',
        id: 'v1',
        runtime: 'python27',
        env: 'standard',
        instanceClass: 'F1',
        servingStatus: 'SERVING',
        diskUsageBytes: '5',
      },
    });
    expect(json.response).not.toHaveProperty('entrypoint');
    expect(json.response).not.toHaveProperty('envVariables');
    // The first version of a service takes its traffic; later ones don't.
    expect(desired.application('demo')?.live.modules.default?.split.allocations).toEqual({ v1: 1 });
    await deploy('default', 'v2');
    expect(desired.application('demo')?.live.modules.default?.split.allocations).toEqual({ v1: 1 });
  });

  it('replaces a version of the same id', async () => {
    const { deploy, desired, files } = await startAdmin();
    await deploy('default', 'v1');
    const before = desired.application('demo')?.live.modules.default?.versions.v1?.deploymentId;
    const deployment = { files: await files({ 'main.py': 'new' }) };
    expect((await deploy('default', 'v1', { deployment })).json).toMatchObject({ done: true, response: { id: 'v1' } });
    expect(desired.application('demo')?.live.modules.default?.versions.v1?.deploymentId).not.toBe(before);
  });

  it('reads everything of app.yaml as Google writes it', async () => {
    const { deploy, desired, get } = await startAdmin();
    const { json } = await deploy('default', 'v1', {
      env: 'standard',
      automaticScaling: {
        minIdleInstances: '2',
        maxPendingLatency: '0.03s',
        maxConcurrentRequests: 20.0,
        standardSchedulerSettings: { minInstances: 1, maxInstances: 2147483647, targetCpuUtilization: 0.7 },
      },
      handlers: [
        {
          urlRegex: '/static/(.*)',
          securityLevel: 'SECURE_OPTIONAL',
          staticFiles: {
            path: 'static/\\1',
            uploadPathRegex: 'static/.*',
            expiration: '363600s',
            httpHeaders: { 'X-A': 'b' },
          },
        },
        {
          urlRegex: '/(.*\\.gif)$',
          staticFiles: { path: 'images/\\1', uploadPathRegex: 'images/.*\\.gif', requireMatchingFile: true },
        },
        {
          urlRegex: '/admin/.*',
          login: 'LOGIN_ADMIN',
          authFailAction: 'AUTH_FAIL_ACTION_UNAUTHORIZED',
          securityLevel: 'secure_always',
          redirectHttpResponseCode: 'REDIRECT_HTTP_RESPONSE_CODE_301',
          script: { scriptPath: 'main.app' },
        },
        { urlRegex: '/.*', login: 3, script: { scriptPath: 'main.app' } },
      ],
      errorHandlers: [{ errorCode: 'ERROR_CODE_OVER_QUOTA', staticFile: 'quota.html' }, { staticFile: 'error.html' }],
      inboundServices: ['INBOUND_SERVICE_WARMUP', 1],
      envVariables: { FOO: 'True' },
      libraries: [{ name: 'webapp2', version: 'latest' }],
      defaultExpiration: '600s',
      network: { sessionAffinity: true },
      serviceAccount: null,
    });
    expect(json).toMatchObject({ done: true });
    expect(json).not.toHaveProperty('error');
    const [deployment] = [...desired.deployments('demo').values()];
    expect(deployment?.spec).toMatchObject({
      scaling: {
        type: 'automatic',
        minIdleInstances: 2,
        maxPendingLatencyMs: 30,
        maxConcurrentRequests: 20,
        minInstances: 1,
        targetCpuUtilization: 0.7,
      },
      handlers: [
        {
          type: 'static-dir',
          url: '/static',
          directory: 'static',
          expirationSeconds: 363_600,
          httpHeaders: { 'X-A': 'b' },
        },
        { type: 'static-files', url: '/(.*\\.gif)$', files: 'images/\\1', requireMatchingFile: true },
        {
          type: 'script',
          login: 'admin',
          authFailAction: 'unauthorized',
          secure: 'always',
          redirectHttpResponseCode: 301,
        },
        { type: 'script', login: 'required' },
      ],
      errorHandlers: [
        { errorCode: 'over_quota', file: 'quota.html' },
        { errorCode: 'default', file: 'error.html' },
      ],
      inboundServices: ['warmup', 'mail'],
      environmentVariables: { FOO: 'True' },
      defaultExpirationSeconds: 600,
      network: { sessionAffinity: true },
    });
    expect(deployment?.spec.scaling).not.toHaveProperty('maxInstances');
    expect((await get('/services/default/versions/v1')).handlers).toBeUndefined();
    expect((await get('/services/default/versions/v1?view=FULL')).handlers).toMatchObject([
      {
        urlRegex: '/static/(.*)',
        staticFiles: { path: 'static/\\1', uploadPathRegex: 'static/.*', expiration: '363600s' },
      },
      {},
      { login: 'LOGIN_ADMIN', securityLevel: 'SECURE_ALWAYS' },
      { login: 'LOGIN_REQUIRED' },
    ]);
  });

  it.each([
    ['a service that is not the default one first', 'worker', {}, 'default module'],
    ['an unknown runtime', 'default', { runtime: 'pyhton27' }, 'Did you mean python27'],
    ['no runtime', 'default', { runtime: undefined }, 'runtime'],
    [
      'an expression that does not compile',
      'default',
      { handlers: [{ urlRegex: '/(', script: { scriptPath: 'x' } }] },
      'regular expression',
    ],
    ['a handler without a target', 'default', { handlers: [{ urlRegex: '/a' }] }, 'does not say what it does'],
    ['two ways of scaling', 'default', { ...manual, basicScaling: { maxInstances: 1 } }, 'exclude each other'],
    [
      'a class that does not go with the scaling',
      'default',
      { ...manual, instanceClass: 'F1' },
      'does not go with manual',
    ],
    ['no files', 'default', { deployment: undefined }, 'names no files'],
    ['a container', 'default', { deployment: { container: { image: 'gcr.io/x' } } }, 'runs versions from files'],
    [
      'a file that was not uploaded',
      'default',
      { deployment: { files: { a: { sourceUrl: sourceUrl('nothing') } } } },
      'was not uploaded',
    ],
    [
      'a source elsewhere',
      'default',
      { deployment: { files: { a: { sourceUrl: 'https://example.com/b/c' } } } },
      'not an address',
    ],
    ['a path out of the tree', 'default', { deployment: { files: { '../a': { sourceUrl: sourceUrl('x') } } } }, '".."'],
    ['an absolute path', 'default', { deployment: { files: { '/a': { sourceUrl: sourceUrl('x') } } } }, 'absolute'],
    ['a name that is reserved', 'default', { id: 'latest' }, 'reserved'],
    ['no id', 'default', { id: undefined }, 'is missing'],
    ['a body of another shape', 'default', { handlers: 'all' }, 'handlers'],
    ['a duration that is none', 'default', { defaultExpiration: 'soon' }, 'seconds'],
  ])('refuses %s with 400, says why, and changes nothing', async (_what, service, change, reason) => {
    const { deploy, desired } = await startAdmin();
    const answer = await deploy(service, 'v1', change);
    expect(answer.json).toMatchObject({
      error: {
        code: 400,
        status: 'INVALID_ARGUMENT',
        details: expect.arrayContaining([expect.objectContaining({ '@type': expect.any(String) })]),
      },
    });
    expect(answer.text).toContain(reason.replaceAll('"', '\\"'));
    expect(answer.status).toBe(400);
    expect(desired.application('demo')?.live.modules).toEqual({});
  });

  it('refuses a file whose checksum is another', async () => {
    const { deploy, upload } = await startAdmin();
    await upload('name', 'content');
    const file = { sourceUrl: sourceUrl('name'), sha1Sum: sha1('other') };
    const answer = await deploy('default', 'v1', { deployment: { files: { 'main.py': file } } });
    expect(answer.json).toMatchObject({
      error: {
        code: 400,
        details: [
          {
            '@type': 'type.googleapis.com/google.rpc.BadRequest',
            fieldViolations: [{ field: 'version.deployment.files[main.py].sha1Sum' }],
          },
          { '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason: 'API_INVALID', domain: 'appcfg' },
        ],
      },
    });
  });

  it('ends in an error with the last lines of output when the version does not start', async () => {
    const { deploy, engine, call } = await startAdmin();
    engine.broken.add('default');
    const { json } = await deploy('default', 'v1');
    expect(json).toMatchObject({
      done: true,
      error: {
        code: 9,
        message: expect.stringMatching(/did not start.*\n {2}boom$/s),
      },
    });
    expect((await call('GET', `/v1/${String(json.name)}`)).json).toMatchObject({ done: true, error: { code: 9 } });
  });

  it('makes programs executable, as single uploads carry no mode', async () => {
    const { deploy, desired, files } = await startAdmin();
    const deployment = { files: await files({ 'main.py': 'x', 'run.sh': '#!/bin/sh\n' }) };
    await deploy('default', 'v1', { deployment });
    const [record] = [...desired.deployments('demo').values()];
    expect(desired.manifest(record?.manifestDigest ?? '')?.files).toMatchObject([
      { path: 'main.py', isExecutable: false },
      { path: 'run.sh', isExecutable: true },
    ]);
  });
});

describe('a version from an archive', () => {
  const fromZip = async (files: readonly ZipFile[], change: (archive: Buffer) => Buffer = (archive) => archive) => {
    const admin = await startAdmin();
    await admin.call('POST', '/upload/storage/v1/b/staging.demo.appspot.com/o?uploadType=media&name=app.zip', {
      body: change(zipArchive(files)),
    });
    const deployment = { zip: { sourceUrl: sourceUrl('app.zip'), filesCount: String(files.length) } };
    return { ...admin, answer: await admin.deploy('default', 'v1', { deployment }) };
  };

  it('has its files, with their modes', async () => {
    const { answer, desired } = await fromZip([
      { path: 'dir/', content: '', mode: 0o040755 },
      { path: 'main.py', content: 'print(1)'.repeat(1000) },
      { path: './dir/run', content: 'x', mode: 0o100755, isStored: true },
    ]);
    expect(answer.json).toMatchObject({ done: true, response: { id: 'v1' } });
    const [record] = [...desired.deployments('demo').values()];
    expect(desired.manifest(record?.manifestDigest ?? '')?.files).toMatchObject([
      { path: 'dir/run', size: 1, isExecutable: true },
      { path: 'main.py', size: 8000, isExecutable: false },
    ]);
  });

  it.each<[string, readonly ZipFile[], ((archive: Buffer) => Buffer)?]>([
    ['a path that leaves it', [{ path: '../../etc/passwd', content: 'x' }]],
    ['a link', [{ path: 'link', content: '/etc/passwd', mode: 0o120777 }]],
    ['less than it packs', [{ path: 'bomb', content: Buffer.alloc(1_000_000), claimedSize: 10 }]],
    ['more than it packs', [{ path: 'short', content: 'x', claimedSize: 1000 }]],
    ['another checksum', [{ path: 'a', content: 'x', claimedChecksum: 1 }]],
    ['an encrypted entry', [{ path: 'a', content: 'x', flags: 1 }]],
    ['a size beyond all limits', [{ path: 'a', content: 'x', claimedSize: 0xfffffff0 }]],
    ['no end', [{ path: 'a', content: 'x' }], (archive) => archive.subarray(0, archive.length - 10)],
    ['no beginning', [{ path: 'a', content: 'x' }], (archive) => archive.subarray(20)],
    ['nothing of an archive', [], () => Buffer.from('hello')],
  ])('is refused when it has %s', async (_what, files, change) => {
    const { answer, desired } = await fromZip(files, change);
    expect(answer.status).toBe(400);
    expect(answer.text).toContain('version.deployment.zip');
    expect(desired.application('demo')?.live.modules).toEqual({});
  });
});

describe('changing a version', () => {
  it('starts, stops and scales it', async () => {
    const { deploy, patch, desired } = await startAdmin();
    await deploy('default', 'v1', manual);
    const version = '/services/default/versions/v1';
    const live = () => desired.application('demo')?.live.modules.default?.versions.v1;
    expect((await patch(`${version}?updateMask=servingStatus`, { servingStatus: 'STOPPED' })).json).toMatchObject({
      done: true,
      metadata: { method: 'google.appengine.v1.Versions.UpdateVersion' },
      response: { servingStatus: 'STOPPED' },
    });
    expect(live()?.servingStatus).toBe('stopped');
    await patch(`${version}?updateMask=serving_status,`, { servingStatus: 1 });
    expect(live()?.servingStatus).toBe('serving');
    const scaled = await patch(`${version}?updateMask=manualScaling.instances`, { manualScaling: { instances: '3' } });
    expect(scaled.json).toMatchObject({ response: { manualScaling: { instances: 3 } } });
    expect(live()?.instances).toBe(3);
  });

  it('takes new scaling settings with the files it has', async () => {
    const { deploy, patch, desired, get } = await startAdmin();
    await deploy('default', 'v1', { automaticScaling: { minIdleInstances: 1, maxConcurrentRequests: 5 } });
    const mask =
      'automaticScaling.minIdleInstances,automatic_scaling.standard_scheduler_settings.max_instances,instanceClass';
    const body = { automaticScaling: { standardSchedulerSettings: { maxInstances: 4 } }, instanceClass: 'F2' };
    expect((await patch(`/services/default/versions/v1?updateMask=${mask}`, body)).json).toMatchObject({
      done: true,
      response: { instanceClass: 'F2' },
    });
    const deployments = [...desired.deployments('demo').values()];
    expect(new Set(deployments.map(({ manifestDigest }) => manifestDigest)).size).toBe(1);
    expect((await get('/services/default/versions/v1')).automaticScaling).toEqual({
      maxConcurrentRequests: 5,
      standardSchedulerSettings: { maxInstances: 4 },
    });
    const other = await patch('/services/default/versions/v1?updateMask=basicScaling.maxInstances', {
      basicScaling: { maxInstances: 2 },
    });
    expect(other.status).toBe(400);
  });

  it('is refused where it makes no sense', async () => {
    const { deploy, patch } = await startAdmin();
    await deploy('default', 'v1');
    const version = '/services/default/versions/v1';
    expect((await patch(`${version}?updateMask=servingStatus`, { servingStatus: 'STOPPED' })).json).toMatchObject({
      error: { code: 400, status: 'FAILED_PRECONDITION' },
    });
    expect((await patch(`${version}?updateMask=servingStatus`, { servingStatus: 'GONE' })).status).toBe(400);
    expect((await patch(`${version}?updateMask=runtime`, { runtime: 'go' })).status).toBe(400);
    expect((await patch(version, { servingStatus: 'STOPPED' })).status).toBe(400);
    expect(
      (await patch(`${version}?updateMask=manualScaling.instances`, { manualScaling: { instances: 2 } })).status,
    ).toBe(400);
    expect((await patch('/services/default/versions/none?updateMask=servingStatus', {})).status).toBe(404);
  });

  it('deletes it, when it has no traffic', async () => {
    const { deploy, call, get } = await startAdmin();
    await deploy('default', 'v1');
    await deploy('default', 'v2');
    const remove = (version: string) => call('DELETE', `/v1/apps/demo/services/default/versions/${version}`);
    expect((await remove('v1')).json).toMatchObject({
      done: true,
      error: { code: 9, message: expect.stringContaining('receives traffic') },
    });
    expect((await remove('v2')).json).toMatchObject({
      done: true,
      response: { '@type': 'type.googleapis.com/google.protobuf.Empty' },
    });
    expect((await remove('v2')).status).toBe(404);
    expect((await get('/services/default/versions')).versions).toMatchObject([{ id: 'v1' }]);
  });

  it('exports no image and debugs no instance, and says so', async () => {
    const { deploy, call } = await startAdmin();
    await deploy('default', 'v1');
    const version = '/v1/apps/demo/services/default/versions/v1';
    expect((await call('POST', `${version}:exportAppImage`, { body: {} })).json).toMatchObject({
      error: { code: 400, message: expect.stringContaining('no container image') },
    });
    expect((await call('POST', `${version}/instances/0:debug`, { body: {} })).status).toBe(404);
  });
});
