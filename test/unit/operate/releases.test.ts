import { describe, expect, it } from 'vitest';
import { failure } from '../../../src/errors.ts';
import { listReleases, rollbackRelease } from '../../../src/operate/rollback-release.ts';
import { status } from '../../../src/operate/status.ts';
import { describeOperation, listOperations, waitOperation } from '../../../src/operate/wait-operation.ts';
import { sampleModule } from '../deploy/sample.ts';
import { failureOf, operateBench, shop } from './sample.ts';

const api = (version: string) => sampleModule('api', { version });

describe('rollback', () => {
  it('puts the release before back and says what that changes', async () => {
    const bench = await shop();
    const before = await bench.backend.describe('shop');
    await bench.deploy([sampleModule('default'), api('v2')], { tree: { 'index.html': 'new' } });
    const plan = [
      expect.stringMatching(/^go back to release r1 of 2026-01-01T00:00:00.000Z by ann$/),
      'put back the former default:uno',
      'remove api:v2',
      'traffic and settings as they were then',
    ];
    expect(await rollbackRelease(bench.context, { application: 'shop', isDryRun: true })).toEqual({
      application: 'shop',
      outcome: 'planned',
      plan,
    });
    expect(await rollbackRelease(bench.context, { application: 'shop', isDryRun: false })).toMatchObject({
      outcome: 'done',
      plan,
      release: 'r3',
    });
    const after = await bench.backend.describe('shop');
    expect(after).toEqual({ ...before, stateDigest: after?.stateDigest, currentRelease: 'r3' });
  });

  it('brings back what a release took away', async () => {
    const bench = await shop();
    await bench.deploy([api('v2')]);
    await bench.deploy([api('v3')]);
    await bench.backend.versions.delete({ application: 'shop', module: 'api', version: 'v2' });
    const { plan } = await rollbackRelease(bench.context, { application: 'shop', release: 'r2', isDryRun: false });
    expect(plan).toEqual([expect.stringContaining('r2'), 'bring back api:v2', 'remove api:v3', expect.anything()]);
    expect((await listReleases(bench.context, 'shop')).map(({ id, isCurrent }) => [id, isCurrent])).toEqual([
      ['r4', true],
      ['r3', false],
      ['r2', false],
      ['r1', false],
    ]);
  });

  it('has nothing to do for the release that is live', async () => {
    const { context } = await shop();
    expect(await rollbackRelease(context, { application: 'shop', release: 'r1', isDryRun: false })).toMatchObject({
      outcome: 'unchanged',
    });
  });

  it('says when there is nothing to go back to', async () => {
    const { context } = await shop();
    expect(await failureOf(rollbackRelease(context, { application: 'shop', isDryRun: true }))).toMatchObject({
      code: 'release.none-before',
    });
    expect(
      await failureOf(rollbackRelease(context, { application: 'shop', release: 'r9', isDryRun: true })),
    ).toMatchObject({ code: 'release.not-found' });
    expect(await failureOf(rollbackRelease(context, { application: 'nope', isDryRun: true }))).toMatchObject({
      code: 'application.not-found',
    });
  });
});

describe('status', () => {
  it('shows every application with its versions, shares and instances', async () => {
    const bench = await shop();
    await bench.deploy([api('v1')], {
      settings: { dispatch: [{ url: '*/a', module: 'api' }], queues: { queues: [{ name: 'q', mode: 'push' }] } },
    });
    expect(await status(bench.context)).toEqual({
      backend: 'memory',
      applications: [
        {
          application: 'shop',
          url: 'http://shop.localhost:8080/',
          release: 'r2',
          modules: [
            {
              module: 'default',
              url: 'http://shop.localhost:8080/',
              versions: [
                {
                  version: 'uno',
                  servingStatus: 'serving',
                  trafficShare: 1,
                  runtime: 'static',
                  scaling: 'manual',
                  instances: { ready: 2 },
                  url: 'http://uno.shop.localhost:8080/',
                },
                {
                  version: 'dos',
                  servingStatus: 'serving',
                  trafficShare: 0,
                  runtime: 'static',
                  scaling: 'manual',
                  instances: { ready: 2 },
                  url: 'http://dos.shop.localhost:8080/',
                },
              ],
            },
            {
              module: 'api',
              url: 'http://api.shop.localhost:8080/',
              versions: [
                {
                  version: 'v1',
                  servingStatus: 'serving',
                  trafficShare: 1,
                  runtime: 'static',
                  scaling: 'automatic',
                  instances: {},
                  url: 'http://v1.api.shop.localhost:8080/',
                },
              ],
            },
          ],
          settings: { dispatch: 1, queues: 1 },
          pending: [],
          sinceRelease: [],
        },
      ],
    });
  });

  it('shows what is going on', async () => {
    const { context, backend, deploy } = await shop();
    const hold = backend.checkpoints.hold('release.start');
    const running = deploy([api('v2')]);
    await hold.reached;
    const [application] = (await status(context, { application: 'shop' })).applications;
    expect(application?.pending.map(({ kind, id }) => [kind, id])).toEqual([['release', 'operation-2']]);
    hold.release();
    await running;
  });

  it('of nothing is empty, and of an unknown application a failure', async () => {
    const { context } = operateBench();
    expect(await status(context)).toEqual({ backend: 'memory', applications: [] });
    expect(await failureOf(status(context, { application: 'nope' }))).toMatchObject({ code: 'application.not-found' });
  });
});

describe('operations', () => {
  it('are listed, described and waited for, with their events', async () => {
    const { context, reporter } = await shop();
    const [operation] = await listOperations(context, 'shop');
    expect(operation).toMatchObject({ id: 'operation-1', state: 'done' });
    expect(await describeOperation(context, { application: 'shop', operation: 'operation-1' })).toEqual(operation);
    const before = reporter.of('operation').length;
    expect(await waitOperation(context, { application: 'shop', operation: 'operation-1' })).toEqual(operation);
    expect(reporter.of('operation').length).toBe(before * 2);
  });

  it('that failed fail who waits for them', async () => {
    const { context, backend, deploy } = await shop();
    backend.checkpoints.fail('release.start', failure('release.invalid', { application: 'shop', reason: 'so' }));
    expect(await failureOf(deploy([api('v9')]))).toMatchObject({ code: 'release.invalid' });
    expect(await failureOf(waitOperation(context, { application: 'shop', operation: 'operation-2' }))).toMatchObject({
      code: 'release.invalid',
    });
    expect(await failureOf(waitOperation(context, { application: 'shop', operation: 'x' }))).toMatchObject({
      code: 'operation.not-found',
    });
  });
});
