import { describe, expect, it } from 'vitest';
import { deploy } from '../../../src/deploy/deploy.ts';
import { failure } from '../../../src/errors.ts';
import type { Diagnostic } from '../../../src/model/diagnostic.ts';
import { sampleModule, sampleRequest, type Workbench, workbench } from './sample.ts';

const threeModules = () => [sampleModule('default'), sampleModule('mobile-frontend'), sampleModule('my-module')];

async function failureOf(promise: Promise<unknown>) {
  return promise.then(
    () => undefined,
    (error: unknown) => error as { code: string; message: string; hints: readonly string[] },
  );
}

/** Backend calls by method name, in order. */
function spyCalls(bench: Workbench): string[] {
  const calls: string[] = [];
  const spy = <T extends object>(prefix: string, target: T): T =>
    new Proxy(target, {
      get(object, key, receiver) {
        const value = Reflect.get(object, key, receiver) as unknown;
        if (typeof value === 'function') calls.push(`${prefix}${String(key)}`);
        if (typeof value !== 'object' || value === null) return value;
        return spy(`${String(key)}.`, value);
      },
    });
  Object.assign(bench, { context: { ...bench.context, backend: spy('', bench.backend) } });
  return calls;
}

describe('deploy', () => {
  it('makes all modules live as one release and reports each with its address', async () => {
    const bench = workbench(threeModules());
    const report = await deploy(sampleRequest(), bench.context);
    expect(report).toMatchObject({
      application: 'shop',
      backend: 'memory',
      outcome: 'live',
      release: 'r1',
      url: 'http://shop.localhost:8080/',
      uploaded: { files: 2, bytes: 20 },
    });
    expect(
      report.modules.map(({ module, version, outcome, receivesTraffic, url, versionUrl }) => [
        module,
        version,
        outcome,
        receivesTraffic,
        url,
        versionUrl,
      ]),
    ).toEqual([
      ['default', 'uno', 'created', true, 'http://shop.localhost:8080/', 'http://uno.shop.localhost:8080/'],
      [
        'mobile-frontend',
        'uno',
        'created',
        true,
        'http://mobile-frontend.shop.localhost:8080/',
        'http://uno.mobile-frontend.shop.localhost:8080/',
      ],
      [
        'my-module',
        'uno',
        'created',
        true,
        'http://my-module.shop.localhost:8080/',
        'http://uno.my-module.shop.localhost:8080/',
      ],
    ]);
    expect(await bench.backend.releases.list('shop')).toHaveLength(1);
    expect(bench.reporter.of('module-live').map(({ module, isUnchanged }) => [module, isUnchanged])).toEqual([
      ['default', false],
      ['mobile-frontend', false],
      ['my-module', false],
    ]);
    expect(report.phases.map(({ phase }) => phase)).toEqual(['read', 'package', 'compare', 'upload', 'release']);
    expect(bench.reporter.of('operation').map(({ event }) => event.type)).toContain('version-phase');
    expect(bench.reporter.of('upload-progress').at(-1)).toMatchObject({
      files: 2,
      totalFiles: 2,
      bytes: 20,
      totalBytes: 20,
    });
  });

  it('walks a directory that modules share once', async () => {
    const bench = workbench([...threeModules(), sampleModule('other', { directory: '/src/other' })]);
    bench.trees.set('/src/other', { 'other.html': 'other' });
    await deploy(sampleRequest(), bench.context);
    expect(bench.walks).toEqual(['/src/app', '/src/other']);
  });

  it('asks the backend once and changes nothing when nothing changed', async () => {
    const bench = workbench(threeModules());
    await deploy(sampleRequest(), bench.context);
    const before = await bench.backend.describe('shop');
    const calls = spyCalls(bench);
    const report = await deploy(sampleRequest(), bench.context);
    expect(report.outcome).toBe('unchanged');
    expect(report.modules.map(({ outcome }) => outcome)).toEqual(['unchanged', 'unchanged', 'unchanged']);
    expect(calls).toEqual(['describe']);
    expect(await bench.backend.describe('shop')).toEqual(before);
    expect(
      bench.reporter
        .of('module-live')
        .slice(3)
        .every(({ isUnchanged }) => isUnchanged),
    ).toBe(true);
  });

  it('uploads and replaces only the module that changed', async () => {
    const bench = workbench([sampleModule('default'), sampleModule('other', { directory: '/src/other' })]);
    bench.trees.set('/src/other', { 'other.html': 'other' });
    await deploy(sampleRequest(), bench.context);
    const before = await bench.backend.describe('shop');
    bench.trees.set('/src/other', { 'other.html': 'changed' });
    const report = await deploy(sampleRequest(), bench.context);
    expect(report.modules.map(({ outcome }) => outcome)).toEqual(['unchanged', 'replaced']);
    expect(report.uploaded).toEqual({ files: 1, bytes: 7 });
    const after = await bench.backend.describe('shop');
    expect(after?.modules[0]).toEqual(before?.modules[0]);
    expect(after?.modules[1]?.versions[0]?.deploymentId).not.toBe(before?.modules[1]?.versions[0]?.deploymentId);
  });

  it('shows every finding and stops before the backend hears of it', async () => {
    const bench = workbench(threeModules());
    const finding = (severity: Diagnostic['severity'], file: string): Diagnostic => ({
      severity,
      code: 'unknown-key',
      file,
      line: 1,
      column: 1,
      path: 'x',
      message: 'x',
    });
    const diagnostics = [finding('error', 'a.yaml'), finding('warning', 'c.yaml'), finding('error', 'b.yaml')];
    bench.described = { ...bench.described, diagnostics };
    const calls = spyCalls(bench);
    expect(await failureOf(deploy(sampleRequest(), bench.context))).toMatchObject({
      code: 'config.invalid',
      message: '2 problems in 2 files; nothing was sent.',
    });
    expect(bench.reporter.of('diagnostics')).toEqual([{ type: 'diagnostics', diagnostics }]);
    expect(calls).toEqual([]);
  });

  it('does not go on without an application or without anything to deploy', async () => {
    const { application: _none, ...anonymous } = workbench(threeModules()).described;
    const bench = workbench([]);
    expect(await failureOf(deploy(sampleRequest(), bench.context))).toMatchObject({ code: 'deploy.nothing' });
    bench.described = anonymous;
    expect(await failureOf(deploy(sampleRequest(), bench.context))).toMatchObject({ code: 'application.required' });
  });

  it('refuses a new application whose default module is not first, before any file is read', async () => {
    const bench = workbench([sampleModule('my-module'), sampleModule('default')]);
    const request = sampleRequest({ paths: ['my-module.yaml', './app.yaml'] });
    expect(await failureOf(deploy(request, bench.context))).toMatchObject({
      code: 'deploy.default-not-first',
      hints: ['Run: appcfg update ./app.yaml my-module.yaml', 'Or let appcfg order them: --auto-order'],
    });
    expect(bench.walks).toEqual([]);
    expect(await bench.backend.applications()).toEqual([]);
  });

  it('prints a plan and changes nothing when asked for a dry run', async () => {
    const bench = workbench(threeModules());
    bench.described = {
      ...bench.described,
      settings: { dispatch: [{ url: '*/mobile/*', module: 'mobile-frontend' }] },
    };
    const report = await deploy(sampleRequest({ isDryRun: true }), bench.context);
    expect(report.outcome).toBe('planned');
    expect(report.plan).toEqual([
      'send 2 files (20 B)',
      'create default:uno: 2 files, 20 B, static, automatic scaling',
      'create mobile-frontend:uno: 2 files, 20 B, static, automatic scaling',
      'create my-module:uno: 2 files, 20 B, static, automatic scaling',
      'traffic of default: all to uno',
      'traffic of mobile-frontend: all to uno',
      'traffic of my-module: all to uno',
      'dispatch: create */mobile/* -> mobile-frontend',
    ]);
    expect(report.uploaded).toEqual({ files: 0, bytes: 0 });
    expect(await bench.backend.applications()).toEqual([]);
    expect(bench.reporter.of('module-live')).toEqual([]);
  });

  it('refuses a dispatch rule to a module that nobody knows, before any file is read', async () => {
    const bench = workbench([sampleModule('default')]);
    bench.described = { ...bench.described, settings: { dispatch: [{ url: '*/m/*', module: 'mobile' }] } };
    expect(await failureOf(deploy(sampleRequest(), bench.context))).toMatchObject({
      code: 'deploy.dispatch-target-missing',
    });
    expect(bench.walks).toEqual([]);
  });

  it('gives a version by the clock and the traffic to it, with gcloud manners', async () => {
    const bench = workbench([sampleModule('default')]);
    await deploy(sampleRequest(), bench.context);
    const asked: unknown[] = [];
    const { sources } = bench.context;
    if (!sources) throw new Error('no sources');
    const load: typeof sources.load = async (query) => {
      asked.push([query.versionRequired, query.generatedVersion]);
      return { ...bench.described, modules: [sampleModule('default', { version: query.generatedVersion ?? '' })] };
    };
    await deploy(sampleRequest({ manners: 'gcloud' }), { ...bench.context, sources: { ...sources, load } });
    const [[required, generated]] = asked as [[boolean, string]];
    expect(required).toBe(false);
    expect(generated).toMatch(/^\d{8}t\d{6}$/);
    expect((await bench.backend.describe('shop'))?.modules[0]?.traffic.allocations).toEqual({ [generated]: 1 });
  });

  it('takes up the same deploy that goes on, with gcloud manners, instead of making up another version', async () => {
    const bench = workbench([sampleModule('default')]);
    const { sources } = bench.context;
    if (!sources) throw new Error('no sources');
    const load: typeof sources.load = async ({ generatedVersion: version = '' }) => ({
      ...bench.described,
      modules: [sampleModule('default', { version }), sampleModule('api', { version: 'named' })],
    });
    const context = { ...bench.context, sources: { ...sources, load } };
    const deployAgain = async () => {
      await bench.clock.advance(5000);
      return deploy(sampleRequest({ manners: 'gcloud' }), context);
    };
    const versions = async () => (await bench.backend.describe('shop'))?.modules[0]?.versions.map(({ id }) => id);
    const hold = bench.backend.checkpoints.hold('release.start');
    const first = deploy(sampleRequest({ manners: 'gcloud' }), context);
    await hold.reached;
    const second = deployAgain();
    await expect.poll(async () => (await bench.backend.operations.list('shop')).length).toBe(2);
    hold.release();
    await first;
    expect((await second).outcome).toBe('unchanged');
    expect(bench.reporter.of('note')[0]?.message).toMatch(/it goes on as version \d{8}t\d{6}/);
    expect(await versions()).toHaveLength(1);
    // Once it is over, the next one is another deploy.
    await deployAgain();
    expect(await versions()).toHaveLength(2);
  });

  it('says how to move the traffic when the new version does not take it', async () => {
    const bench = workbench([sampleModule('default')]);
    await deploy(sampleRequest(), bench.context);
    bench.described = { ...bench.described, modules: [sampleModule('default', { version: 'dos' })] };
    const report = await deploy(sampleRequest(), bench.context);
    expect(report.modules[0]).toMatchObject({ version: 'dos', outcome: 'created', receivesTraffic: false });
    expect(report.warnings).toEqual([
      'default:dos takes no traffic, uno keeps it. To move it: appcfg set-default-version -A shop -M default -V dos (or deploy with --promote)',
    ]);
    expect(bench.reporter.of('warning').map(({ code }) => code)).toEqual(['no-traffic']);
  });

  it('ends when the plan is declined, with nothing sent', async () => {
    const bench = workbench(threeModules());
    bench.reporter.answer = false;
    const request = sampleRequest({ asksFirst: true });
    expect(await failureOf(deploy(request, bench.context))).toMatchObject({ code: 'deploy.declined' });
    expect(await bench.backend.applications()).toEqual([]);
    expect(bench.reporter.questions).toHaveLength(1);
  });

  it('asks only for what changes something, and only when it is to', async () => {
    const bench = workbench(threeModules());
    await deploy(sampleRequest({ asksFirst: true, isDryRun: true }), bench.context);
    await deploy(sampleRequest(), bench.context);
    await deploy(sampleRequest({ asksFirst: true }), bench.context);
    expect(bench.reporter.questions).toEqual([]);
  });

  it('marks in its question what takes away something that works', async () => {
    const bench = workbench([sampleModule('default')]);
    const job = { url: '/tick', schedule: 'every 2 hours', timezone: 'UTC', description: '' };
    bench.described = { ...bench.described, settings: { cron: [job] } };
    await deploy(sampleRequest(), bench.context);
    bench.described = {
      ...bench.described,
      modules: [sampleModule('default'), sampleModule('api')],
      settings: { cron: [] },
    };
    await deploy(sampleRequest({ asksFirst: true }), bench.context);
    const [question] = bench.reporter.questions;
    expect(question?.defaultAnswer).toBe(true);
    expect(question?.message.split('\n')).toEqual([
      'Application shop:',
      '    keep default:uno (unchanged)',
      expect.stringMatching(/^ {4}create api:uno: /),
      '    traffic of api: all to uno',
      '  ! cron: delete /tick (every 2 hours, UTC)',
      '  (! changes or takes away what works now)',
      'Deploy?',
    ]);
  });

  it('passes on why a release failed; the former one stays', async () => {
    const bench = workbench([sampleModule('default')]);
    await deploy(sampleRequest(), bench.context);
    const before = await bench.backend.describe('shop');
    bench.trees.set('/src/app', { 'index.html': 'broken' });
    const crash = failure('instance.start-failed', {
      module: 'default',
      version: 'uno',
      reason: 'it exited with 1',
      output: [],
    });
    bench.backend.checkpoints.fail('release.live', crash);
    expect(await failureOf(deploy(sampleRequest(), bench.context))).toBe(crash);
    expect(bench.reporter.events.at(-1)).toMatchObject({ type: 'phase-failed', phase: 'release' });
    expect(await bench.backend.describe('shop')).toEqual(before);
    bench.backend.checkpoints.fail('files.put', new Error('unused'));
    expect((await deploy(sampleRequest(), bench.context)).outcome).toBe('live');
  });
});

describe('deploy, when another release became live meanwhile', () => {
  it('is planned again on top of it', async () => {
    const bench = workbench([sampleModule('default')]);
    await deploy(sampleRequest(), bench.context);
    bench.trees.set('/src/app', { 'index.html': 'mine' });
    bench.backend.checkpoints.fail(
      'release.start',
      failure('deploy.conflict', { application: 'shop', planned: 'r1', current: 'r2' }),
    );
    expect(await deploy(sampleRequest(), bench.context)).toMatchObject({ outcome: 'live', release: 'r2' });
  });

  it('gives up, with the conflict, when that never ends', async () => {
    const bench = workbench([sampleModule('default')]);
    await deploy(sampleRequest(), bench.context);
    bench.trees.set('/src/app', { 'index.html': 'mine' });
    const conflict = failure('deploy.conflict', { application: 'shop', planned: 'r1', current: 'r2' });
    const commit = () => Promise.reject(conflict);
    const backend = { ...bench.backend, releases: { ...bench.backend.releases, commit } };
    expect(await failureOf(deploy(sampleRequest(), { ...bench.context, backend }))).toMatchObject({
      code: 'deploy.conflict',
    });
  });

  it('has nothing left to do when that release is what it wanted', async () => {
    const bench = workbench([sampleModule('default')]);
    await deploy(sampleRequest(), bench.context);
    bench.trees.set('/src/app', { 'index.html': 'ours' });
    const killed = bench.backend.checkpoints.hold('release.start');
    const first = deploy(sampleRequest(), bench.context);
    await killed.reached;
    const second = deploy(sampleRequest(), bench.context);
    await bench.clock.advance(0);
    killed.release();
    expect((await first).outcome).toBe('live');
    expect(await second).toMatchObject({ outcome: 'unchanged', release: 'r2' });
  });
});

describe('deploy, interrupted', () => {
  it.each([
    ['describe', 'while reading the configuration; nothing was changed'],
    ['files.missing', 'while comparing with what is live; nothing was changed'],
    ['files.put', 'while sending files; nothing that is live was changed'],
  ] as const)('at %s says that nothing was changed', async (checkpoint, where) => {
    const bench = workbench(threeModules());
    const hold = bench.backend.checkpoints.hold(checkpoint);
    const run = failureOf(deploy(sampleRequest(), bench.context));
    await hold.reached;
    bench.interrupt.abort(failure('interrupted', { where: 'by Ctrl-C' }));
    hold.release();
    expect(await run).toMatchObject({ code: 'interrupted', message: expect.stringContaining(where) });
    expect(await bench.backend.applications()).toEqual([]);
  });

  it('while files are read stops before the next one', async () => {
    const bench = workbench([sampleModule('default'), sampleModule('other', { directory: '/src/other' })]);
    const { sources } = bench.context;
    if (!sources) throw new Error('no sources');
    const packageTree: typeof sources.packageTree = async (query) => {
      bench.interrupt.abort();
      return sources.packageTree(query);
    };
    const context = { ...bench.context, sources: { ...sources, packageTree } };
    expect(await failureOf(deploy(sampleRequest(), context))).toMatchObject({ code: 'interrupted' });
    expect(bench.walks).toEqual(['/src/app']);
  });

  it('while the release goes live names the operation that goes on', async () => {
    const bench = workbench(threeModules());
    const hold = bench.backend.checkpoints.hold('release.live');
    const run = failureOf(deploy(sampleRequest(), bench.context));
    await hold.reached;
    bench.interrupt.abort();
    expect(await run).toMatchObject({
      code: 'interrupted',
      message: expect.stringContaining('goes on with it without this command'),
      hints: ['See how it ends: appcfg operations wait operation-1 -A shop'],
    });
    hold.release();
    expect(await bench.backend.operations.wait('shop', 'operation-1')).toMatchObject({ state: 'done', release: 'r1' });
  });

  it('before the release was taken on waits for the answer, and names the operation', async () => {
    const bench = workbench(threeModules());
    const accept = bench.backend.checkpoints.hold('change.accept');
    const live = bench.backend.checkpoints.hold('release.live');
    const run = failureOf(deploy(sampleRequest(), bench.context));
    await accept.reached;
    bench.interrupt.abort();
    accept.release();
    expect(await run).toMatchObject({ code: 'interrupted', hints: [expect.stringContaining('operation-1')] });
    live.release();
  });

  it('says that it does not know when the backend never answers', async () => {
    const bench = workbench(threeModules());
    const { backend } = bench.context;
    let asked = () => {};
    const reached = new Promise<void>((resolve) => {
      asked = resolve;
    });
    const commit: typeof backend.releases.commit = (_request, options) =>
      new Promise((_resolve, reject) => {
        options?.signal?.addEventListener('abort', () => reject(options.signal?.reason));
        asked();
      });
    const silent = { ...backend, releases: { ...backend.releases, commit } };
    const run = failureOf(deploy(sampleRequest(), { ...bench.context, backend: silent }));
    await reached;
    bench.interrupt.abort();
    await bench.clock.advance(2_900);
    expect(bench.clock.pendingTimers).toBe(1);
    await bench.clock.advance(200);
    expect(await run).toMatchObject({
      code: 'interrupted',
      message: expect.stringContaining('did not say whether'),
      hints: ['See what is live: appcfg status -A shop'],
    });
  });

  it('keeps the release’s own failure when that came first', async () => {
    const bench = workbench(threeModules());
    const crash = failure('instance.start-failed', { module: 'default', version: 'uno', reason: 'so', output: [] });
    const { backend } = bench.context;
    const commit: typeof backend.releases.commit = async () => {
      bench.interrupt.abort();
      throw crash;
    };
    const failing = { ...backend, releases: { ...backend.releases, commit } };
    expect(await failureOf(deploy(sampleRequest(), { ...bench.context, backend: failing }))).toBe(crash);
  });

  it('names the operation when the connection is lost', async () => {
    const bench = workbench(threeModules());
    const { backend } = bench.context;
    const commit: typeof backend.releases.commit = async (request, options) => {
      options?.onAccepted?.({
        id: 'op7',
        application: request.application,
        kind: 'release',
        state: 'pending',
        createdAt: '',
        createdBy: '',
        events: [],
      });
      throw failure('backend.unreachable', { backend: 'platform', url: 'http://x', reason: 'connection reset' });
    };
    const cut = { ...backend, releases: { ...backend.releases, commit } };
    expect(await failureOf(deploy(sampleRequest(), { ...bench.context, backend: cut }))).toMatchObject({
      code: 'backend.connection-lost',
      hints: ['See how it ends: appcfg operations wait op7 -A shop'],
    });
  });
});
