import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { ReleaseRequest, VersionUpload } from '../../src/model/release.ts';
import { ApplicationChanges, type ChangeRequest } from '../../src/platform/application-changes.ts';
import { createDeploymentIds } from '../../src/platform/deployment-id.ts';
import { DesiredState } from '../../src/platform/desired-state.ts';
import { Operations } from '../../src/platform/operations.ts';
import { createReconcile } from '../../src/platform/reconcile.ts';
import type { ReleaseParts } from '../../src/platform/release.ts';
import { emptyRoutingTable, type RoutingTable } from '../../src/platform/router/routing-table.ts';
import { createBlobStore } from '../../src/platform/store/disk-blob-store.ts';
import { openStateStore } from '../../src/platform/store/open-state-store.ts';
import { migrations } from '../../src/platform/store/schema.ts';
import { systemClock } from '../../src/support/clock.ts';
import { digestOf } from '../../src/support/digest.ts';
import { staticSpec } from '../sample-spec.ts';
import { createFakeEngine } from './fake-engine.ts';
import { temporaryDirectory } from './temporary-directory.ts';

async function platform(directory = temporaryDirectory()) {
  const store = await openStateStore(join(directory, 'platform.db'), migrations);
  const desired = new DesiredState(store);
  const engine = createFakeEngine();
  const blobs = createBlobStore(join(directory, 'blobs'));
  const swapped = { table: emptyRoutingTable as RoutingTable };
  const trees = join(directory, 'trees');
  mkdirSync(trees, { recursive: true });
  const directoryOf = (application: string, digest: string) => join(trees, application, digest);
  const defaultHostname = (application: string) => `${application}.localhost`;
  const swap = (table: RoutingTable) => {
    swapped.table = table;
  };
  const parts: ReleaseParts = {
    desired,
    engine,
    blobs,
    clock: systemClock,
    directoryOf,
    defaultHostname,
    newDeploymentId: createDeploymentIds(systemClock, (id) => desired.deployment(id) !== undefined),
    reconcile: createReconcile({ desired, engine, swap, directoryOf, defaultHostname }),
  };
  const operations = new Operations({ desired, clock: systemClock });
  const changes = new ApplicationChanges(parts, operations);
  let isClosed = false;
  const close = async () => {
    if (isClosed) return;
    isClosed = true;
    await operations.close();
    store.close();
  };
  onTestFinished(close);
  let requests = 0;
  const finish = (change: ChangeRequest) => operations.finished(changes.submit(change).id, 10_000);
  const release = (uploads: readonly VersionUpload[], change: Partial<ReleaseRequest> = {}) => {
    requests += 1;
    const basedOn = desired.application('app')?.currentRelease;
    const request: ReleaseRequest = {
      application: 'app',
      requestId: `request-${requests}`,
      uploads,
      traffic: {},
      settings: {},
      stop: [],
      createdBy: 'test',
      ...(basedOn === undefined ? {} : { basedOn }),
      ...change,
    };
    return finish({ kind: 'release', request });
  };
  const upload = (module: string, content: string): VersionUpload => {
    const digest = digestOf(content);
    const writer = blobs.begin(digest, content.length);
    writer.write(Buffer.from(content));
    writer.finish();
    const files = [{ path: 'index.html', digest, size: content.length, isExecutable: false }];
    return { module, version: 'one', spec: staticSpec(), manifest: { files } };
  };
  return { desired, engine, swapped, operations, changes, close, release, upload, finish, directory };
}

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
