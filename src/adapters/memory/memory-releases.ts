/** Releases of the memory backend: commit, list, roll back. */
import type { ReleasesRole } from '../../backend/backend.ts';
import { failure } from '../../errors.ts';
import type { OperationEvent } from '../../model/operation-event.ts';
import type { ReleaseRequest, ReleaseSummary, VersionUpload } from '../../model/release.ts';
import type { Checkpoints } from './checkpoints.ts';
import type { MemoryFiles } from './memory-files.ts';
import type { MemoryOperations } from './memory-operations.ts';
import {
  type MemoryApplication,
  type MemoryLive,
  type MemoryRelease,
  newVersion,
  putTraffic,
  putVersion,
} from './memory-state.ts';
import type { MemoryStore } from './memory-store.ts';
import { releaseProblem } from './release-problem.ts';
import { releaseSnapshot } from './release-snapshot.ts';

export interface MemoryParts {
  readonly store: MemoryStore;
  readonly files: MemoryFiles;
  readonly operations: MemoryOperations;
  readonly checkpoints: Checkpoints;
  readonly createdBy: string;
}

type Emit = (event: WithoutTime<OperationEvent>) => void;
type WithoutTime<E> = E extends { readonly timeMs: number } ? Omit<E, 'timeMs'> : never;

export function memoryReleases(parts: MemoryParts): ReleasesRole {
  const { store, operations, createdBy } = parts;
  return {
    commit: (request, options = {}) =>
      operations.run(
        {
          kind: 'release',
          application: request.application,
          createdBy: request.createdBy,
          asked: request.asked,
          work: (emit) => commit(parts, request, emit),
        },
        { ...options, requestId: request.requestId },
      ),
    list: async (id) => {
      const { releases, live } = store.require(id);
      return releases
        .map((release, index) => toSummary(release, index === releases.length - 1 ? live : undefined))
        .reverse();
    },
    read: async (id, release) => releaseSnapshot(store.require(id), release),
    rollback: async (application, release, options) => {
      store.require(application);
      return operations.run(
        { kind: 'rollback', application, createdBy, work: async () => rollback(parts, application, release) },
        options,
      );
    },
  };
}

async function commit(parts: MemoryParts, request: ReleaseRequest, emit: Emit): Promise<string> {
  const { store, files, checkpoints } = parts;
  await checkpoints.pass('release.start');
  const current = store.findOrEmpty(request.application);
  const problem = releaseProblem(current, request);
  if (problem) throw problem;
  const [digest, ...others] = files.missing(
    request.uploads.flatMap(({ manifest }) => manifest.files.map((file) => file.digest)),
  );
  if (digest !== undefined) throw failure('blob.missing', { digest, others: others.length });
  const live = liveAfter(parts, current, request);
  store.requireRoom(request.application, live);
  const changed = request.uploads.filter(
    ({ module, version }) =>
      live.modules[module]?.versions[version]?.deploymentId !==
      current.live.modules[module]?.versions[version]?.deploymentId,
  );
  for (const phase of ['materialising', 'starting', 'healthy'] as const) {
    for (const { module, version } of changed) emit({ type: 'version-phase', module, version, phase });
  }
  await checkpoints.pass('release.live');
  const { createdBy, message, commit } = request;
  const changes = changesOf(request, changed);
  const id = store.addRelease(request.application, {
    createdBy,
    ...(message === undefined ? {} : { message }),
    ...(commit === undefined ? {} : { commit }),
    changes,
    live,
  });
  for (const { module, version } of changed) emit({ type: 'version-phase', module, version, phase: 'live' });
  return id;
}

function liveAfter({ store }: MemoryParts, current: MemoryApplication, request: ReleaseRequest): MemoryLive {
  let live = current.live;
  for (const upload of request.uploads) {
    const { createdBy } = request;
    const version = newVersion(upload, {
      deploymentId: store.newDeploymentId(),
      createdAt: store.timestamp(),
      createdBy,
    });
    const former = live.modules[upload.module]?.versions[upload.version];
    const isSame = former?.specDigest === version.specDigest && former.manifestDigest === version.manifestDigest;
    if (!isSame) live = putVersion(live, upload.module, upload.version, version);
  }
  live = putTraffic(live, request.traffic);
  for (const { module, version } of request.stop) {
    const stopped = live.modules[module]?.versions[version];
    if (stopped) live = putVersion(live, module, version, { ...stopped, servingStatus: 'stopped' });
  }
  return { ...live, settings: { ...live.settings, ...request.settings } };
}

function changesOf(request: ReleaseRequest, changed: readonly VersionUpload[]): readonly string[] {
  return [
    ...changed.map(({ module, version }) => `${module}:${version}`),
    ...Object.keys(request.traffic).map((module) => `traffic of ${module}`),
    ...Object.keys(request.settings),
    ...request.stop.map(({ module, version }) => `stop ${module}:${version}`),
  ];
}

function rollback({ store, createdBy }: MemoryParts, application: string, wanted: string | undefined): string {
  const { releases } = store.require(application);
  const release = wanted === undefined ? releases.at(-2) : releases.find(({ id }) => id === wanted);
  if (!release) {
    if (wanted === undefined) throw failure('release.none-before', { application });
    throw failure('release.not-found', { application, release: wanted });
  }
  return store.addRelease(application, { createdBy, changes: [`rollback to ${release.id}`], live: release.live });
}

function toSummary({ live, ...release }: MemoryRelease, current: MemoryLive | undefined): ReleaseSummary {
  const { modules } = current ?? live;
  const versions = Object.fromEntries(
    Object.entries(modules).map(([name, module]) => [
      name,
      Object.fromEntries(Object.entries(module.versions).map(([id, version]) => [id, version.deploymentId])),
    ]),
  );
  return { ...release, isCurrent: current !== undefined, versions };
}
