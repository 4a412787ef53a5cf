/** A platform's core around a fake engine: state, blobs, journal, and what the router would be given. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
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

export async function releaseRig(directory = temporaryDirectory()) {
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
  return { desired, engine, blobs, trees, swapped, operations, changes, close, release, upload, finish, directory };
}
