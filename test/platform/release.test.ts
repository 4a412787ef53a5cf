import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { digestOf } from '../../src/support/digest.ts';
import { releaseRig as platform } from './release-rig.ts';

describe('a release on the platform', () => {
  it('puts the files in place and swaps engine and router together', async () => {
    const { release, upload, engine, swapped } = await platform();
    expect(await release([upload('default', 'hello')])).toMatchObject({ state: 'done', release: 'r1' });
    const deployment = engine.desired[0]?.deployment;
    expect(readFileSync(join(deployment?.directory ?? '', 'index.html'), 'utf8')).toBe('hello');
    const routed = swapped.table.applications.get('app')?.modules.get('default')?.versions.get('one');
    expect(routed?.deployment.deploymentId).toBe(deployment?.deploymentId);
    expect(swapped.table.applications.get('app')?.release).toBe('r1');
  });

  it('lets go of every new version when one of them does not start, and leaves the old release alone', async () => {
    const { release, upload, engine, swapped, desired } = await platform();
    await release([upload('default', 'old'), upload('worker', 'old')]);
    const before = swapped.table;
    engine.broken.add('worker');
    const failed = await release([upload('default', 'new'), upload('worker', 'new')]);
    expect(failed).toMatchObject({
      state: 'failed',
      error: { code: 'instance.start-failed', details: { module: 'worker' } },
    });
    expect(engine.abandoned).toHaveLength(2);
    expect(swapped.table).toBe(before);
    expect(desired.application('app')?.currentRelease).toBe('r1');
    expect(desired.deployments('app').size).toBe(2);
  });

  it('keeps the deployment of what did not change', async () => {
    const { release, upload, desired } = await platform();
    await release([upload('default', 'same'), upload('worker', 'old')]);
    const before = desired.application('app')?.live.modules.default?.versions.one?.deploymentId;
    const operation = await release([upload('default', 'same'), upload('worker', 'new')]);
    expect(desired.application('app')?.live.modules.default?.versions.one?.deploymentId).toBe(before);
    expect(operation.events).toContainEqual(expect.objectContaining({ module: 'default', phase: 'unchanged' }));
  });

  it('starts nothing for twenty modules that did not change, and swaps no deployment', async () => {
    const { release, upload, engine } = await platform();
    const uploads = ['default', ...Array.from({ length: 19 }, (_, index) => `m${index}`)].map((module) =>
      upload(module, `${module} of twenty`),
    );
    expect(await release(uploads)).toMatchObject({ state: 'done', release: 'r1' });
    const deployments = engine.desired.map(({ deployment }) => deployment.deploymentId);
    expect(deployments).toHaveLength(20);
    let prepared = 0;
    engine.beforePrepare = async () => {
      prepared += 1;
    };
    expect(await release(uploads)).toMatchObject({ state: 'done' });
    expect(prepared).toBe(0);
    expect(engine.abandoned).toEqual([]);
    expect(engine.desired.map(({ deployment }) => deployment.deploymentId)).toEqual(deployments);
  });

  it('has what modules share on the disk once', async () => {
    const { release, upload, engine } = await platform();
    await release([upload('default', 'shared'), upload('worker', 'shared'), upload('other', 'its own')]);
    const inodes = engine.desired.map(({ deployment }) => statSync(join(deployment.directory, 'index.html')).ino);
    expect(inodes).toHaveLength(3);
    expect(new Set(inodes).size).toBe(2);
  });

  it('refuses files that were never sent', async () => {
    const { release, upload } = await platform();
    const lying = upload('default', 'x');
    const files = [{ path: 'a', digest: digestOf('never sent'), size: 10, isExecutable: false }];
    expect(await release([{ ...lying, manifest: { files } }])).toMatchObject({
      state: 'failed',
      error: { code: 'blob.missing' },
    });
  });

  it('that the platform closed upon is done whole by its next run', async () => {
    const first = await platform();
    await first.release([first.upload('default', 'old')]);
    first.engine.beforePrepare = (_, signal) =>
      new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
    const { id } = first.changes.submit({
      kind: 'release',
      request: {
        application: 'app',
        requestId: 'request-cut',
        uploads: [first.upload('default', 'new')],
        traffic: {},
        settings: {},
        stop: [],
        basedOn: 'r1',
        createdBy: 'test',
      },
    });
    await new Promise((resolve) => setImmediate(resolve));
    await first.close();

    const second = await platform(first.directory);
    expect(second.desired.application('app')?.currentRelease).toBe('r1');
    for (const record of second.desired.pendingOperations()) second.changes.resume(record);
    expect(await second.operations.finished(id, 10_000)).toMatchObject({ state: 'done', release: 'r2' });
    const directory = second.engine.desired[0]?.deployment.directory ?? '';
    expect(readFileSync(join(directory, 'index.html'), 'utf8')).toBe('new');
  });

  it('comes back whole with a rollback: versions, traffic and settings', async () => {
    const { release, upload, desired, finish, swapped } = await platform();
    await release([upload('default', 'old'), upload('worker', 'old')], {
      settings: { dispatch: [{ url: '*/a', module: 'worker' }] },
    });
    const old = desired.application('app')?.live;
    await release([upload('default', 'new')], { settings: { dispatch: [] } });
    const back = await finish({
      kind: 'rollback',
      request: { application: 'app', requestId: 'rollback-1', createdBy: 'test' },
    });
    expect(back).toMatchObject({ state: 'done', release: 'r3' });
    expect(desired.application('app')?.live).toEqual(old);
    expect(swapped.table.applications.get('app')?.dispatch).toEqual([{ url: '*/a', module: 'worker' }]);
    expect(desired.releases('app').map(({ id, isCurrent }) => [id, isCurrent])).toEqual([
      ['r3', true],
      ['r2', false],
      ['r1', false],
    ]);
  });
});

describe('deleting versions', () => {
  const named = (module: string) => ({
    application: 'app',
    module,
    version: 'one',
    requestId: `delete-${module}`,
    createdBy: 'test',
  });

  it('deletes the last version of a module with the module, but never of the default one', async () => {
    const { release, upload, finish, desired } = await platform();
    await release([upload('default', 'a'), upload('worker', 'b')]);
    expect(await finish({ kind: 'delete', request: named('worker') })).toMatchObject({ state: 'done' });
    expect(Object.keys(desired.application('app')?.live.modules ?? {})).toEqual(['default']);
    expect(await finish({ kind: 'delete', request: named('default') })).toMatchObject({
      state: 'failed',
      error: { code: 'version.last-of-default' },
    });
  });
});
