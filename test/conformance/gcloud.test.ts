/** The unmodified gcloud drives the platform: what people type, in the order in which they would. */
import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeCertificate } from '../platform/make-certificate.ts';
import { hasTool } from '../platform/runtimes/tools.ts';
import { copySample, type GcloudBench, hasGcloud, openGcloudBench } from './gcloud-bench.ts';

interface ListedVersion {
  readonly service: string;
  readonly id: string;
  readonly traffic_split: number;
  readonly version: { readonly servingStatus: string; readonly createdBy: string };
}

describe.skipIf(!hasGcloud)('gcloud (needs gcloud on PATH)', { timeout: 60_000 }, () => {
  let bench: GcloudBench;
  let files: readonly string[];

  beforeAll(async () => {
    bench = await openGcloudBench();
    files = copySample(bench);
  });
  afterAll(() => bench.close());

  const succeed = async (...args: readonly string[]) => {
    const result = await bench.gcloud(...args);
    expect(result, `gcloud ${args.join(' ')}\n${result.stderr}`).toMatchObject({ code: 0 });
    return result;
  };
  const versions = async () =>
    (await bench.gcloudJson<readonly ListedVersion[]>('app', 'versions', 'list')).map(
      ({ service, id, traffic_split: share, version }) => `${service} ${id} ${share} ${version.servingStatus}`,
    );
  const described = async () => JSON.parse((await bench.appcfg('describe', '-A', 'demo', '--json')).stdout);

  it('creates the application', async () => {
    const before = await bench.gcloud('app', 'describe');
    expect(before).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('does not contain an App Engine application'),
    });
    await succeed('app', 'create', '--region=local');
    expect(await bench.gcloudJson('app', 'regions', 'list')).toMatchObject([{ region: 'local', standard: true }]);
  });

  it('is told that the default service comes first', async () => {
    const refused = await bench.gcloud('app', 'deploy', files[2] ?? '', '--version=v1');
    expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining('INVALID_ARGUMENT') });
    expect(refused.stderr).toContain('default module');
  });

  it('deploys three modules, which answer at their addresses', async () => {
    const deployed = await bench.gcloudJson<{ readonly versions: readonly { readonly service: string }[] }>(
      ...['app', 'deploy', ...files, '--version=v1'],
    );
    expect(deployed.versions.map(({ service }) => service)).toEqual(['default', 'mobile-frontend', 'my-module']);
    expect(await bench.get('demo')).toMatch(/^200 module=default version=v1/);
    expect(await bench.get('mobile-frontend-dot-demo')).toMatch(/^200 module=mobile-frontend version=v1/);
    expect(await bench.get('v1-dot-my-module-dot-demo')).toBe('200 module=my-module version=v1 instance=0');
  });

  it('deploys a version aside, sending only what changed, and then promotes it', async () => {
    appendFileSync(join(bench.directory, 'sample', 'main.py'), '\n# changed\n');
    const { stderr } = await succeed('app', 'deploy', files[0] ?? '', '--version=v2', '--no-promote');
    expect(stderr).toContain('Uploading 1 file');
    expect(await bench.get('demo')).toMatch(/version=v1/);
    expect(await bench.get('v2-dot-demo')).toMatch(/^200 module=default version=v2/);
    await succeed('app', 'versions', 'migrate', 'v2', '--service=default');
    expect(await bench.get('demo')).toMatch(/version=v2/);
  });

  it('splits traffic', async () => {
    await succeed('app', 'services', 'set-traffic', 'default', '--splits=v1=.25,v2=.75', '--split-by=cookie');
    expect(await bench.gcloudJson('app', 'services', 'describe', 'default')).toMatchObject({
      split: { allocations: { v1: 0.25, v2: 0.75 }, shardBy: 'COOKIE' },
    });
    expect(await versions()).toContain('default v1 0.25 SERVING');
  });

  it('sees what our own tool does, and the reverse', async () => {
    const listed = await bench.appcfg('list-versions', '-A', 'demo');
    expect(listed.stdout).toMatch(/mobile-frontend/);
    expect((await bench.appcfg('set-default-version', '-A', 'demo', '-V', 'v2')).code).toBe(0);
    expect(await versions()).toContain('default v2 1 SERVING');
    expect((await bench.appcfg('stop', '-A', 'demo', '-M', 'my-module', '-V', 'v1')).code).toBe(0);
    expect(await versions()).toContain('my-module v1 1 STOPPED');
  });

  it('starts and stops versions and instances', async () => {
    await succeed('app', 'versions', 'start', 'v1', '--service=my-module');
    expect(await bench.get('my-module-dot-demo')).toMatch(/^200 /);
    const instances = await bench.gcloudJson<readonly { readonly service: string; readonly id: string }[]>(
      'app',
      'instances',
      'list',
    );
    expect(instances).toContainEqual(expect.objectContaining({ service: 'my-module', id: '0' }));
    await succeed('app', 'instances', 'delete', '0', '--service=my-module', '--version=v1');
    await succeed('app', 'versions', 'stop', 'v1', '--service=my-module');
    expect(await bench.get('my-module-dot-demo')).toMatch(/^404/);
  });

  it('reads and follows logs', async () => {
    await bench.get('demo', '/no-such-page');
    const { stdout } = await succeed('app', 'logs', 'read', '--service=default', '--limit=50');
    expect(stdout).toMatch(/default\[v2\] {2}"GET \/no-such-page HTTP\/1\.1" 404/);
    const warnings = await succeed('app', 'logs', 'read', '--level=warning', '--logs=request_log');
    expect(warnings.stdout).not.toMatch(/ 200$/m);
    const followed = await bench.gcloudUntil('/no-such-page', 'app', 'logs', 'tail', '--service=default');
    expect(followed).toContain('GET /no-such-page');
  });

  it('sets firewall rules, which act', async () => {
    await succeed('app', 'firewall-rules', 'create', '100', '--source-range=127.0.0.0/8', '--action=DENY');
    expect(await bench.get('demo')).toMatch(/^403/);
    const tested = await succeed('app', 'firewall-rules', 'test-ip', '127.0.0.1');
    expect(tested.stderr + tested.stdout).toContain('`DENY`');
    await succeed('app', 'firewall-rules', 'delete', '100');
    expect(await bench.get('demo')).toMatch(/^200/);
    expect(await bench.gcloudJson('app', 'firewall-rules', 'list')).toMatchObject([{ priority: 2_147_483_647 }]);
  });

  it('deploys dispatch rules, which act', async () => {
    bench.write('sample/dispatch.yaml', 'dispatch:\n- url: "*/mobile/*"\n  service: mobile-frontend\n');
    await succeed('app', 'deploy', join(bench.directory, 'sample', 'dispatch.yaml'));
    await bench.get('demo', '/mobile/x');
    const { stdout } = await succeed('app', 'logs', 'read', '--service=mobile-frontend', '--limit=20');
    expect(stdout).toContain('GET /mobile/x');
  });

  it('deploys cron jobs, queues and indexes, and the second time only what changed', async () => {
    bench.write(
      'sample/cron.yaml',
      'cron:\n- url: /tasks/a\n  schedule: every 24 hours\n  description: daily\n- url: /tasks/b\n  schedule: every 5 minutes\n  target: my-module\n  retry_parameters:\n    job_retry_limit: 3\n',
    );
    bench.write(
      'sample/queue.yaml',
      'queue:\n- name: default\n  rate: 10/s\n- name: slow\n  rate: 30/m\n  bucket_size: 2\n  target: my-module\n  retry_parameters:\n    task_retry_limit: 7\n',
    );
    bench.write(
      'sample/index.yaml',
      'indexes:\n- kind: Cat\n  ancestor: yes\n  properties:\n  - name: name\n  - name: age\n    direction: desc\n',
    );
    const settings = ['cron.yaml', 'queue.yaml', 'index.yaml'].map((name) => join(bench.directory, 'sample', name));
    await succeed('app', 'deploy', ...settings);
    const first = await described();
    expect(first.settings).toMatchObject({
      cron: [
        { url: '/tasks/a', description: 'daily' },
        { url: '/tasks/b', target: 'my-module', retry: { jobRetryLimit: 3 } },
      ],
      queues: {
        queues: [
          { name: 'default', ratePerSecond: 10 },
          { name: 'slow', ratePerSecond: 0.5, bucketSize: 2, target: 'my-module', retry: { taskRetryLimit: 7 } },
        ],
      },
      indexes: [{ kind: 'Cat', ancestor: true, properties: [{ name: 'name' }, { name: 'age', direction: 'desc' }] }],
    });
    // A queue that the file leaves out is paused, and stays so.
    bench.write('sample/queue.yaml', 'queue:\n- name: default\n  rate: 5/s\n');
    await succeed('app', 'deploy', ...settings);
    const second = await described();
    expect(second.settings).toMatchObject({ cron: first.settings.cron, indexes: first.settings.indexes });
    expect(second.settings.queues.queues).toMatchObject([{ name: 'default', ratePerSecond: 5 }, { name: 'slow' }]);
    const queues = await bench.gcloudJson<readonly { readonly name: string; readonly state: string }[]>(
      'tasks',
      'queues',
      'list',
      '--location=local',
    );
    expect(queues.map(({ name, state }) => `${name.split('/').at(-1)} ${state}`).sort()).toEqual([
      'default RUNNING',
      'slow PAUSED',
    ]);
  });

  it.skipIf(!hasTool('openssl'))('uploads a certificate and maps a domain (needs openssl)', async () => {
    makeCertificate(bench.directory, 'www.example.com');
    const pair = ['--certificate=www.example.com.crt', '--private-key=www.example.com.key'];
    await succeed('app', 'ssl-certificates', 'create', '--display-name=web', ...pair);
    const [certificate] = await bench.gcloudJson<readonly { readonly id: string }[]>('app', 'ssl-certificates', 'list');
    await succeed('app', 'domain-mappings', 'create', 'www.example.com', `--certificate-id=${certificate?.id}`);
    expect(await bench.gcloudJson('app', 'domain-mappings', 'list')).toMatchObject([{ id: 'www.example.com' }]);
  });

  it('is told why a version does not start, and what serves goes on', async () => {
    bench.write(
      'broken/app.yaml',
      'runtime: nodejs20\nentrypoint: node -e "console.error(\'no database\'); process.exit(3)"\nmanual_scaling:\n  instances: 1\ninstance_class: B1\n',
    );
    bench.write('broken/package.json', '{"name":"broken","version":"1.0.0"}');
    const failed = await bench.gcloud('app', 'deploy', join(bench.directory, 'broken', 'app.yaml'), '--version=v3');
    expect(failed.code).toBe(1);
    expect(failed.stderr).toMatch(/Error Response: \[9\] Version v3 of module default did not start/);
    expect(failed.stderr).toContain('no database');
    expect(await bench.get('demo')).toMatch(/^200 module=default version=v2/);
    expect(await versions()).not.toContainEqual(expect.stringContaining('v3'));
  });

  it('deletes versions and services, but not what serves', async () => {
    await succeed('app', 'versions', 'delete', 'v1', '--service=default');
    const refused = await bench.gcloud('app', 'versions', 'delete', 'v2', '--service=default');
    expect(refused.code).toBe(1);
    await succeed('app', 'services', 'delete', 'mobile-frontend');
    expect(await versions()).toEqual(['default v2 1 SERVING', 'my-module v1 1 STOPPED']);
  });

  it('reached nothing beyond this machine', async () => {
    // Only where the network is the test's own can a stray call be told from an answered one.
    if (!bench.isIsolated) return;
    const { stderr } = await bench.gcloud('app', 'describe', '--project=demo', '--log-http');
    expect([...stderr.matchAll(/uri: (\S+)/g)].map(([, uri]) => new URL(uri ?? '').hostname)).toEqual(['127.0.0.1']);
  });
});
