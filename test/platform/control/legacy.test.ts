/** The original appcfg's protocol: its captured requests, replayed. */
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { type Call, startApi } from './api-rig.ts';
import {
  addBlobsBody,
  addFilesBody,
  batch,
  cloneBlobsBody,
  cloneFilesBody,
  createBody,
  createWorkerBody,
  files,
  settings,
} from './legacy-transcripts.ts';

/** What the original's older transport sends with every request. */
const headers = {
  'x-appcfg-api-version': '1',
  'content-type': 'application/octet-stream',
  'user-agent': 'appcfg_py/0.0.0 Linux/6.18.44 Python/2.7.18.final.0 gzip',
  'accept-encoding': 'gzip',
};

async function legacy(options: Parameters<typeof startApi>[0] = {}) {
  const api = await startApi(options);
  const post = (path: string, body: string | Uint8Array = '', call: Call = {}) =>
    api.call('POST', path, { ...call, headers: { ...headers, ...call.headers }, body });
  const step = (name: string, body?: string | Uint8Array, target = 'app_id=demo-app&version=one') =>
    post(`/api/appversion/${name}${name.includes('?') ? '&' : '?'}${target}`, body);
  const deploy = async (create = createBody, target?: string) => {
    await step('create', create, target);
    await step('cloneblobs', cloneBlobsBody, target);
    await step('clonefiles', cloneFilesBody, target);
    await step('addfiles', addFilesBody, target);
    await step('addblobs', addBlobsBody, target);
    await step('deploy', '', target);
    await step('isready', '', target);
    await step('startserving?willcheckserving=1', '', target);
    return step('isserving?new_serving_resp=1', '', target);
  };
  return { ...api, post, step, deploy };
}

const worker = 'app_id=demo-app&module=worker&version=one';

describe('the protocol of the original appcfg', () => {
  it('deploys a directory with its settings files, request by request as captured', async () => {
    const { post, step, desired } = await legacy();
    const check = await post(
      '/api/updatecheck?api_versions=%5B%271%27%5D&release=0.0.0&runtime=python27&timestamp=1588748477',
    );
    expect(check.text).toContain('release: "0.0.0"');
    expect((await step('getresourcelimits')).text).toMatch(/^max_file_size: \d+$/m);
    expect(await step('create', createBody)).toMatchObject({ status: 200, text: '' });
    expect((await step('cloneblobs', cloneBlobsBody)).text).toBe('static/s.css');
    expect((await step('clonefiles', cloneFilesBody)).text.split('\n').sort()).toEqual(files.map(([path]) => path));
    const rfc822 = { headers: { 'content-type': 'message/rfc822' } };
    const addFiles = '/api/appversion/addfiles?app_id=demo-app&version=one';
    expect(await post(addFiles, addFilesBody, rfc822)).toMatchObject({ status: 200 });
    expect(await step('addblobs', addBlobsBody)).toMatchObject({ status: 200 });
    expect(await step('precompile')).toMatchObject({ status: 200, text: '' });
    expect(await step('deploy')).toMatchObject({ status: 200, text: '' });
    expect((await step('isready')).text).toBe('1');
    expect((await step('startserving?willcheckserving=1')).text).toBe('1');
    expect((await step('isserving?new_serving_resp=1')).text).toBe('serving: true\n');
    expect(await post('/api/logclientdeploy?app_id=demo-app&version=one', 'success: true\n')).toMatchObject({
      status: 200,
    });
    for (const [path, body] of Object.entries(settings)) {
      if (path === '/api/dispatch/update') continue;
      expect(await post(`${path}?app_id=demo-app`, body), path).toMatchObject({ status: 200, text: '' });
    }
    const { live } = desired.application('demo-app') ?? {};
    expect(live?.modules.default?.split).toEqual({ shardBy: 'ip', allocations: { one: 1 } });
    expect(live?.settings).toMatchObject({
      cron: [{ url: '/tasks/a', schedule: 'every 1 hours' }],
      queues: { queues: [{ name: 'default', ratePerSecond: 5 }] },
      dos: [{ subnet: '1.2.3.0/24' }],
      indexes: [{ kind: 'Cat' }],
    });
    const [deployment] = [...desired.deployments('demo-app').values()];
    expect(deployment?.spec).toMatchObject({
      runtime: 'python27',
      yamlFile: 'app.yaml',
      handlers: [
        { type: 'static-dir', directory: 'static' },
        { type: 'script', script: 'main.app' },
      ],
    });
    expect(deployment?.spec.other).toBeUndefined();
    const manifest = desired.manifest(deployment?.manifestDigest ?? '');
    expect(manifest?.files.map(({ path }) => path)).toEqual([...files.map(([path]) => path), 'static/s.css'].sort());
  });

  it('deploys a second module with its own transaction, and sends no file twice', async () => {
    const { step, deploy, post, desired } = await legacy();
    await deploy();
    expect(await step('create', createWorkerBody, worker)).toMatchObject({ status: 200 });
    expect((await step('clonefiles', cloneFilesBody, worker)).text).toBe('');
    await step('deploy', '', worker);
    expect((await step('isready', '', worker)).text).toBe('1');
    expect((await step('isserving', '', worker)).text).toBe('serving: true\n');
    expect([...desired.deployments('demo-app').values()].find(({ module }) => module === 'worker')?.spec).toMatchObject(
      {
        scaling: { type: 'basic', maxInstances: 2, idleTimeoutMs: 300_000 },
        instanceClass: 'B1',
        yamlFile: 'worker.yaml',
        handlers: [{ login: 'admin' }],
      },
    );
    const dispatch = await post('/api/dispatch/update?app_id=demo-app', settings['/api/dispatch/update']);
    expect(dispatch.status).toBe(200);
    expect(desired.application('demo-app')?.live.settings.dispatch).toEqual([{ url: '*/tasks/*', module: 'worker' }]);
  });

  it('refuses a second transaction on a version with the known words, until the first is rolled back', async () => {
    const { step, post } = await legacy();
    const cookie = 'dev_appserver_login="joe@example.com:True:124518425196198179949"; Path=/;';
    await post('/api/appversion/create?app_id=demo-app&version=one', createBody, { headers: { cookie } });
    const second = await step('create', createBody);
    expect(second.status).toBe(409);
    expect(second.text).toBe(
      'Another transaction by user joe@example.com is already in progress for app: s~demo-app, version: one. That user can undo the transaction with "appcfg rollback".\n',
    );
    expect(
      (await step('create', createBody.replace('version: one', 'version: two'), 'app_id=demo-app&version=two')).status,
    ).toBe(200);
    expect(await step('rollback?force_rollback=0')).toMatchObject({ status: 200, text: 'Success.\n' });
    expect((await step('create', createBody)).status).toBe(200);
  });

  it('lets nobody add to a transaction that was not begun', async () => {
    const { step } = await legacy();
    for (const name of [
      'cloneblobs',
      'clonefiles',
      'addfiles',
      'addblobs',
      'precompile',
      'deploy',
      'isready',
      'isserving',
    ]) {
      expect((await step(name)).status, name).toBe(400);
    }
    await step('create', createBody);
    expect(await step('isready')).toMatchObject({ status: 400, text: expect.stringContaining('Nothing was deployed') });
  });

  it('tells what is wrong with a configuration, and wants a version', async () => {
    const { step, post } = await legacy();
    const bad = await step('create', createBody.replace('python27', 'pyhton27'));
    expect(bad).toMatchObject({ status: 400, text: expect.stringContaining('pyhton27') });
    const unversioned = await post('/api/appversion/getresourcelimits?app_id=demo-app');
    expect(unversioned).toMatchObject({ status: 400, text: 'A version or backend parameter is required.\n' });
    const backend = await post('/api/appversion/create?app_id=demo-app&backend=mem', createBody);
    expect(backend).toMatchObject({ status: 400, text: expect.stringContaining('Backends are not supported') });
    const warned = await step('create', createBody.replace('runtime: python27', 'runtime: python27\npagespeed: {}'));
    expect(warned.text).toMatch(/^warnings:\n- "/);
  });

  it('tells why a version does not serve, and the old one goes on', async () => {
    const { step, deploy, engine, desired } = await legacy();
    await deploy();
    const before = desired.application('demo-app')?.live;
    engine.broken.add('default');
    await step('create', createBody.replace('url: /.*', 'url: /a.*'));
    await step('clonefiles', cloneFilesBody);
    await step('deploy');
    expect((await step('isready')).text).toBe('1');
    const serving = await step('isserving');
    expect(serving.text).toMatch(/^serving: false\nfatal: true\nmessage: ".*did not start.*boom"\n$/);
    expect(await step('rollback?force_rollback=0')).toMatchObject({ status: 200 });
    expect(desired.application('demo-app')?.live).toEqual(before);
  });

  it('refuses an upload whose default module is not there first', async () => {
    const { step } = await legacy();
    await step('create', createWorkerBody, worker);
    expect(await step('deploy', '', worker)).toMatchObject({ status: 400 });
  });

  it('takes files alone, any bytes, encoded names and growing boundaries', async () => {
    const { step, post, desired } = await legacy();
    await step('create', createBody);
    const bytes = Buffer.from(Array.from({ length: 300_000 }, (_, index) => index % 256));
    const alone = '/api/appversion/addfile?app_id=demo-app&path=with+space.bin&version=one';
    expect((await post(alone, bytes)).status).toBe(200);
    const odd = batch(
      [
        {
          path: 'data/%C3%A9%7E.txt',
          hash: sha1Hash('--boundary\n--boundary--'),
          type: 'text/plain',
          content: '--boundary\n--boundary--',
        },
        { path: 'empty', hash: 'da39a3ee_5e6b4b0d_3255bfef_95601890_afd80709', type: 'text/plain', content: '' },
      ],
      'boundarydb6a',
    );
    expect((await step('addfiles', odd)).status).toBe(200);
    await step('deploy');
    await step('isready');
    const [deployment] = [...desired.deployments('demo-app').values()];
    const manifest = desired.manifest(deployment?.manifestDigest ?? '');
    expect(manifest?.files.map(({ path, size }) => [path, size])).toEqual([
      ['data/é~.txt', 23],
      ['empty', 0],
      ['with space.bin', 300_000],
    ]);
  });

  it('takes error pages by the code of their error', async () => {
    const { step, desired } = await legacy();
    await step('create', `${createBody}error_handlers:\n- error_code: over_quota\n  file: pages/quota.html\n`);
    const page = { path: 'over_quota', hash: sha1Hash('full'), type: 'text/html', content: 'full' };
    expect((await step('adderrorblobs', batch([page]))).status).toBe(200);
    expect((await step('adderrorblobs', batch([{ ...page, path: 'timeout' }]))).status).toBe(400);
    await step('deploy');
    await step('isready');
    const [deployment] = [...desired.deployments('demo-app').values()];
    expect(desired.manifest(deployment?.manifestDigest ?? '')?.files).toMatchObject([
      { path: 'pages/quota.html', size: 4 },
    ]);
  });

  it.each([
    ['a wrong hash', batch([{ path: 'a', hash: sha1Hash('other'), type: 'x/y', content: 'this' }])],
    ['a path that leaves the tree', batch([{ path: '..%2Fetc', hash: sha1Hash('x'), type: 'x/y', content: 'x' }])],
    ['an absolute path', batch([{ path: '/etc/passwd', hash: sha1Hash('x'), type: 'x/y', content: 'x' }])],
    [
      'a length beyond the end',
      batch([{ path: 'a', hash: sha1Hash('x'), type: 'x/y', content: 'x' }]).replace('Length: 1', 'Length: 999'),
    ],
    ['a cut batch', addFilesBody.slice(0, 500)],
    ['no batch at all', 'hello'],
    ['an encoding that is none', batch([{ path: '%ZZ', hash: sha1Hash('x'), type: 'x/y', content: 'x' }])],
  ])('refuses a batch with %s', async (_what, body) => {
    const { step } = await legacy();
    await step('create', createBody);
    expect((await step('addfiles', body)).status).toBe(400);
  });

  it('lists, makes default, starts, stops and deletes versions', async () => {
    const { step, deploy, post, desired } = await legacy();
    await deploy();
    await deploy(createBody.replace('version: one', 'version: two'), 'app_id=demo-app&version=two');
    await deploy(createWorkerBody, worker);
    const list = () => post('/api/versions/list?app_id=demo-app');
    expect((await list()).text).toBe('default:\n- one\n- two\nworker:\n- one\n');
    expect((await post('/api/appversion/setdefault?app_id=demo-app&module=&version=two')).status).toBe(200);
    expect((await list()).text).toBe('default:\n- two\n- one\nworker:\n- one\n');
    expect((await post('/api/appversion/migratetraffic?app_id=demo-app&version=one')).status).toBe(200);
    const several = '/api/appversion/setdefault?app_id=demo-app&module=default&module=worker&version=one';
    expect((await post(several)).status).toBe(200);
    expect((await post(`/api/modules/stop?${worker}`)).text).toBe('Successfully stopped version one of module worker.');
    expect(desired.application('demo-app')?.live.modules.worker?.versions.one?.servingStatus).toBe('stopped');
    expect((await post(`/api/modules/start?${worker}`)).status).toBe(200);
    expect((await post('/api/modules/start?app_id=demo-app&module=default&version=one')).status).toBe(400);
    expect((await post('/api/versions/delete?app_id=demo-app&module=&version_match=one')).status).toBe(400);
    expect((await post('/api/versions/delete?app_id=demo-app&module=&version_match=two')).status).toBe(200);
    expect((await post('/api/versions/delete?app_id=demo-app&module=worker&version_match=nine')).status).toBe(404);
    expect((await list()).text).toBe('default:\n- one\nworker:\n- one\n');
    expect((await post('/api/versions/list?app_id=nobody')).status).toBe(404);
    expect((await step('rollback?force_rollback=1')).text).toBe('Success.\n');
  });

  it('gives the files of a version back', async () => {
    const { deploy, post } = await legacy();
    await deploy();
    const list = await post('/api/files/list?app_id=demo-app&version_match=one');
    const [full = '', ...lines] = list.text.trimEnd().split('\n');
    expect(full).toMatch(/^one\.\d+$/);
    expect(lines).toContain('6|15|main.py');
    const file = await post(`/api/files/get?app_id=demo-app&id=6&version=${full}`);
    expect(file.text).toBe('import webapp2\n');
    expect((await post(`/api/files/get?app_id=demo-app&id=99&version=${full}`)).status).toBe(404);
    expect((await post(`/api/files/get?app_id=other&id=6&version=${full}`)).status).toBe(404);
  });

  it('tells indexes apart and deletes the chosen ones', async () => {
    const { deploy, post, desired } = await legacy();
    await deploy();
    await post('/api/datastore/index/add?app_id=demo-app', settings['/api/datastore/index/add']);
    const dog = 'indexes:\n- kind: Dog\n  ancestor: yes\n  properties:\n  - name: age\n    direction: asc\n';
    await post('/api/datastore/index/add?app_id=demo-app', dog);
    const diff = await post('/api/datastore/index/diff?app_id=demo-app', settings['/api/datastore/index/add']);
    const [onlyInFile, onlyHere] = diff.text.split('---\n');
    expect(onlyInFile).toBe('indexes: []\n');
    expect(onlyHere).toContain('kind: Dog');
    await post('/api/datastore/index/delete?app_id=demo-app', dog);
    expect(desired.application('demo-app')?.live.settings.indexes).toMatchObject([{ kind: 'Cat' }]);
    const broken = await post('/api/cron/update?app_id=demo-app', 'cron:\n- url: /a\n  schedule: every 5 foo\n');
    expect(broken).toMatchObject({ status: 400, text: expect.stringContaining('every 5 foo') });
    const foreign = await post('/api/dispatch/update?app_id=demo-app', 'application: other\ndispatch:\n');
    expect(foreign.status).toBe(400);
  });

  it('pages request logs newest first, with the lines of the application behind them', async () => {
    const { deploy, call, logs } = await legacy();
    await deploy();
    const base = { application: 'demo-app', module: 'default', version: 'one' } as const;
    const start = Date.UTC(2026, 10, 21, 20, 0, 0);
    for (const index of [0, 1, 2, 3, 4]) {
      // Three of the same millisecond lie across the end of a page.
      const timeMs = start + (index < 3 ? 0 : index * 1000);
      const requestId = `request${index}`;
      logs.append({
        ...base,
        kind: 'request',
        timeMs,
        requestId,
        level: 'info',
        method: 'GET',
        resource: `/page${index}"`,
        httpVersion: 'HTTP/1.1',
        status: 200,
        responseSize: 7,
        latencyMs: 5,
        pendingMs: 0,
        ip: '192.0.2.1',
        host: 'demo-app.localhost:8080',
        userAgent: 'tester',
      });
      const message = 'careful\nnow';
      if (index === 3)
        logs.append({ ...base, kind: 'app', stream: 'stderr', timeMs, requestId, level: 'warning', message });
    }
    const get = (query: string) =>
      call('GET', `/api/request_logs?app_id=demo-app&no_header=1&version=one&${query}`, { headers });
    const seen: string[] = [];
    let next = '';
    do {
      const { text } = await get(`include_vhost=True&limit=2${next === '' ? '' : `&offset=${next}`}`);
      const [head = '', ...lines] = text.trimEnd().split('\n');
      next = head.replace('# next_offset=', '');
      seen.push(...lines);
    } while (next !== 'None');
    expect(seen.map((line) => /page\d/.exec(line)?.[0])).toEqual(['page4', 'page3', 'page2', 'page1', 'page0']);
    expect(seen[0]).toBe(
      '192.0.2.1 - - [21/Nov/2026:12:00:04 -0800] "GET /page4%22 HTTP/1.1" 200 7 - "tester" "demo-app.localhost"',
    );
    const severe = await get('include_vhost=False&severity=2&limit=1000');
    expect(severe.text).toBe(
      '# next_offset=None\n192.0.2.1 - - [21/Nov/2026:12:00:03 -0800] "GET /page3%22 HTTP/1.1" 200 7 - "tester"\r2:1795291203.000000 careful\rnow\n',
    );
    expect((await get('vhost=elsewhere&limit=10')).text).toBe('# next_offset=None\n');
    expect((await get('severity=9')).status).toBe(400);
    expect((await get('offset=made-up')).status).toBe(400);
  });

  it('says what is no more, and what to use', async () => {
    const { post } = await legacy();
    expect(await post('/api/backends/list?app_id=demo-app')).toMatchObject({
      status: 400,
      text: expect.stringContaining('basic or manual scaling'),
    });
    expect((await post('/api/vms/debug?app_id=demo-app&module=worker&version_match=v1')).status).toBe(400);
  });
});

describe('who may use it', () => {
  it('wants the token, as the OAuth transport sends it', async () => {
    const { post } = await legacy();
    expect((await post('/api/versions/list?app_id=demo-app', '', { isAnonymous: true })).status).toBe(401);
    const wrong = { isAnonymous: true, headers: { authorization: 'Bearer TOKEN123' } };
    expect((await post('/api/versions/list?app_id=demo-app', '', wrong)).status).toBe(401);
  });

  it('goes without only when the platform was told so, and never for web pages or other hosts', async () => {
    const { post, call } = await legacy({ allowsLegacyWithoutToken: true });
    expect(
      (await post('/api/appversion/create?app_id=demo-app&version=one', createBody, { isAnonymous: true })).status,
    ).toBe(200);
    const simple = { isAnonymous: true, body: '', headers: { 'content-type': 'text/plain' } };
    expect((await call('POST', '/api/appversion/rollback?app_id=demo-app&version=one', simple)).status).toBe(400);
    const elsewhere = { isAnonymous: true, headers: { host: 'rebound.example.com' } };
    expect((await post('/api/versions/list?app_id=demo-app', '', elsewhere)).status).toBe(404);
    expect((await call('GET', '/v1/apps/demo-app', { isAnonymous: true })).status).toBe(401);
  });
});

function sha1Hash(content: string): string {
  return (createHash('sha1').update(content).digest('hex').match(/.{8}/g) ?? []).join('_');
}
