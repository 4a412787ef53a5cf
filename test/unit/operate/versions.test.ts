import { describe, expect, it } from 'vitest';
import { failure } from '../../../src/errors.ts';
import { deleteVersion } from '../../../src/operate/delete-version.ts';
import { listInstances, stopInstance } from '../../../src/operate/list-instances.ts';
import { describeVersion, listModules, listVersions } from '../../../src/operate/list-versions.ts';
import { setInstances } from '../../../src/operate/set-instances.ts';
import { startVersion, stopVersion } from '../../../src/operate/start-version.ts';
import { sampleModule } from '../deploy/sample.ts';
import { failureOf, shop } from './sample.ts';

const uno = { application: 'shop', module: 'default', version: 'uno', isDryRun: false };
const dos = { ...uno, version: 'dos' };
const api = { application: 'shop', module: 'api', version: 'v1', isDryRun: false };

describe('list-versions', () => {
  it('lists module by module, the version with most traffic first', async () => {
    const { context, backend } = await shop();
    await backend.traffic.set('shop', { default: { shardBy: 'ip', allocations: { uno: 0.4, dos: 0.6 } } });
    await backend.versions.setInstances({ application: 'shop', module: 'default', version: 'dos' }, 7);
    const versions = await listVersions(context, { application: 'shop' });
    expect(
      versions.map(({ module, version, trafficShare, isDefault, instances }) => [
        module,
        version,
        trafficShare,
        isDefault,
        instances,
      ]),
    ).toEqual([
      ['default', 'dos', 0.6, true, 7],
      ['default', 'uno', 0.4, false, 2],
      ['api', 'v1', 1, true, undefined],
    ]);
    expect(versions[2]).toMatchObject({
      scaling: 'automatic',
      runtime: 'static',
      files: 2,
      bytes: 20,
      servingStatus: 'serving',
      url: 'http://v1.api.shop.localhost:8080/',
    });
    expect(await listVersions(context, { application: 'shop', module: 'api' })).toHaveLength(1);
    expect(await failureOf(listVersions(context, { application: 'shop', module: 'x' }))).toMatchObject({
      code: 'module.not-found',
    });
  });

  it('counts the versions of modules, and describes one whole', async () => {
    const { context } = await shop();
    expect((await listModules(context, 'shop')).map(({ module, versions }) => [module, versions])).toEqual([
      ['default', 2],
      ['api', 1],
    ]);
    expect(await describeVersion(context, api)).toMatchObject({ version: 'v1', spec: { runtime: 'static' } });
  });
});

describe('stop and start', () => {
  it('change the serving status, once', async () => {
    const { context, backend } = await shop();
    expect(await stopVersion(context, uno)).toMatchObject({
      outcome: 'done',
      plan: ['stop default:uno (2 instances)'],
    });
    expect(await stopVersion(context, uno)).toMatchObject({ outcome: 'unchanged' });
    expect(await listInstances(context, { application: 'shop', version: 'uno', module: 'default' })).toEqual([]);
    expect(await startVersion(context, { ...uno, isDryRun: true })).toEqual({
      application: 'shop',
      outcome: 'planned',
      plan: ['start default:uno (2 instances)'],
    });
    expect((await backend.describe('shop'))?.modules[0]?.versions[0]?.servingStatus).toBe('stopped');
    expect(await startVersion(context, uno)).toMatchObject({ outcome: 'done' });
  });

  it('are refused for automatic scaling, also in a dry run', async () => {
    const { context } = await shop();
    expect(await failureOf(stopVersion(context, { ...api, isDryRun: true }))).toMatchObject({
      code: 'version.automatic',
    });
    expect((await failureOf(startVersion(context, api))).message).toContain("can't be started");
  });
});

describe('set-num-instances', () => {
  it('changes the number, once', async () => {
    const { context } = await shop();
    expect(await setInstances(context, { ...uno, instances: 5 })).toMatchObject({
      outcome: 'done',
      plan: ['instances of default:uno: 5 (now 2)'],
    });
    expect(await setInstances(context, { ...uno, instances: 5 })).toMatchObject({ outcome: 'unchanged' });
    expect(await listInstances(context, { application: 'shop', module: 'default', version: 'uno' })).toHaveLength(5);
  });

  it('is refused for other scaling and for numbers that are none', async () => {
    const { context } = await shop();
    expect(await failureOf(setInstances(context, { ...api, instances: 2 }))).toMatchObject({
      code: 'version.not-manual',
    });
    for (const instances of [0, -1, 1.5, Number.NaN, 1e300]) {
      expect(await failureOf(setInstances(context, { ...uno, instances }))).toMatchObject({
        code: 'instances.invalid',
        exitCode: 2,
      });
    }
  });
});

describe('delete-version', () => {
  it('deletes what takes no traffic', async () => {
    const { context, backend } = await shop();
    expect(await deleteVersion(context, { ...dos, isDryRun: true })).toMatchObject({
      outcome: 'planned',
      plan: ['delete default:dos'],
    });
    expect(await deleteVersion(context, dos)).toMatchObject({ outcome: 'done' });
    expect((await backend.describe('shop'))?.modules[0]?.versions.map(({ id }) => id)).toEqual(['uno']);
  });

  it('refuses what takes traffic while there are others, and the last one of the default module', async () => {
    const { context } = await shop();
    expect(await failureOf(deleteVersion(context, { ...uno, isDryRun: true }))).toMatchObject({
      code: 'version.has-traffic',
    });
    await deleteVersion(context, dos);
    expect(await failureOf(deleteVersion(context, uno))).toMatchObject({ code: 'version.last-of-default' });
    expect(await failureOf(deleteVersion(context, { ...uno, version: 'x' }))).toMatchObject({
      code: 'version.not-found',
      hints: ['Its versions: uno'],
    });
  });

  it('says that a module goes with its last version, and which rules then lead nowhere', async () => {
    const { context, backend, deploy } = await shop();
    await deploy([sampleModule('api', { version: 'v1' })], {
      settings: { dispatch: [{ url: '*/api/*', module: 'api' }] },
    });
    expect((await deleteVersion(context, api)).plan).toEqual([
      'delete api:v1',
      'delete module api: this is its last version',
      'note: the dispatch rule */api/* names api and will lead nowhere',
    ]);
    expect((await backend.describe('shop'))?.modules.map(({ name }) => name)).toEqual(['default']);
  });
});

describe('instances', () => {
  it('are listed whole, by module or by version', async () => {
    const { context } = await shop();
    const count = async (query: { module?: string; version?: string }) =>
      (await listInstances(context, { application: 'shop', ...query })).length;
    expect([
      await count({}),
      await count({ module: 'default' }),
      await count({ module: 'default', version: 'dos' }),
      await count({ module: 'api' }),
      await count({ version: 'dos' }),
    ]).toEqual([4, 4, 2, 0, 2]);
    expect(await failureOf(listInstances(context, { application: 'shop', module: 'nope' }))).toMatchObject({
      code: 'module.not-found',
    });
  });

  it('are stopped one by one', async () => {
    const { context } = await shop();
    expect(await stopInstance(context, { ...uno, instance: '1' })).toMatchObject({
      outcome: 'done',
      plan: ['stop instance 1 of default:uno (ready, 0 requests in flight)'],
    });
    expect((await listInstances(context, { application: 'shop' })).map(({ restarts }) => restarts)).toEqual([
      0, 1, 0, 0,
    ]);
    expect(await failureOf(stopInstance(context, { ...uno, instance: '9' }))).toMatchObject({
      code: 'instance.not-found',
    });
  });

  it('are unknown to a backend without that role, which says who knows them', async () => {
    const { context } = await shop();
    const { instances: _instances, ...backend } = context.backend;
    expect(await failureOf(listInstances({ ...context, backend }, { application: 'shop' }))).toMatchObject({
      code: 'backend.unsupported',
      hints: ['Backends that can: platform, google'],
    });
  });
});

describe('a change that is interrupted', () => {
  it('names the operation that goes on', async () => {
    const { context, backend, interrupt } = await shop();
    const accept = backend.checkpoints.hold('change.accept');
    const stopping = failureOf(stopVersion(context, uno));
    await accept.reached;
    interrupt.abort(failure('interrupted', { where: 'by Ctrl-C' }));
    accept.release();
    const error = await stopping;
    expect(error).toMatchObject({
      code: 'interrupted',
      exitCode: 130,
      hints: ['See how it ends: appcfg operations wait operation-2 -A shop'],
    });
    expect(error.message).toContain('while default:uno was stopping');
  });

  it('before it began has changed nothing', async () => {
    const { context, interrupt, backend } = await shop();
    const before = await backend.describe('shop');
    const describing = backend.checkpoints.hold('describe');
    const stopping = failureOf(
      stopVersion({ ...context, backend: { ...backend, describe: async (id) => backend.describe(id) } }, uno),
    );
    await describing.reached;
    interrupt.abort();
    describing.release();
    expect((await stopping).message).toContain('nothing was changed');
    expect(await backend.describe('shop')).toEqual(before);
  });
});
