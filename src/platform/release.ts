/** A release on the platform: build new -> healthy -> commit -> swap -> drain -> dispose. */
import { failure } from '../errors.ts';
import { type Manifest, manifestText, totalSize } from '../model/manifest.ts';
import type { Profile } from '../model/profile.ts';
import type { ReleaseRequest, VersionUpload } from '../model/release.ts';
import { receivesTraffic } from '../model/traffic.ts';
import type { Clock } from '../support/clock.ts';
import { digestOf, digestOfValue } from '../support/digest.ts';
import type { ApplicationLocks } from './application-locks.ts';
import type { DesiredDeployment } from './deployment.ts';
import type { DesiredState } from './desired-state.ts';
import { applyRelease, emptyLiveState, type LiveState, liveModule, liveVersion } from './live-state.ts';
import type { OperationContext, Outcome } from './operations.ts';
import { limitFacts } from './profile-limits.ts';
import { toDeployment } from './reconcile.ts';
import { releaseProblem } from './release-checks.ts';
import { hasSameSecrets } from './secrets/secret-bindings.ts';
import type { Engine } from './serving/engine.ts';
import type { BlobStore } from './store/blob-store.ts';
import type { DeploymentRecord } from './stored-records.ts';

export interface ReleaseParts {
  readonly desired: DesiredState;
  readonly engine: Engine;
  readonly blobs: BlobStore;
  readonly clock: Clock;
  readonly directoryOf: (application: string, manifestDigest: string) => string;
  readonly defaultHostname: (application: string) => string;
  readonly newDeploymentId: () => string;
  /** Its files are lost or changed on disk, so it is made anew also when nothing else changed. */
  readonly isDamaged?: (deploymentId: string) => boolean;
  readonly reconcile: () => void;
  /** Absent: nothing is ever locked. */
  readonly locks?: ApplicationLocks;
  /** Default: every application has the default profile. */
  readonly profileOf?: (application: string) => Profile;
}

interface NewVersion {
  readonly upload: VersionUpload;
  readonly record: DeploymentRecord;
}

/** @throws AppcfgError with the reason; nothing of the release is left and the former one still serves */
export async function release(
  parts: ReleaseParts,
  request: ReleaseRequest,
  context: OperationContext,
): Promise<Outcome> {
  const current = parts.desired.application(request.application);
  const live = current?.live ?? emptyLiveState;
  const problem = releaseProblem(live, request, current?.currentRelease, limitFacts(parts));
  if (problem) throw problem;
  const { changed, unchanged } = splitUnchanged(parts, live, request.uploads);
  for (const { module, version } of unchanged) {
    context.emit({ type: 'version-phase', module, version, phase: 'unchanged' });
  }
  requireBlobs(parts.blobs, changed);
  const created = changed.map((upload) => newVersion(parts, { request, upload, secrets: live.secrets }));
  const ids = new Map(created.map(({ upload, record }) => [`${upload.module}:${upload.version}`, record.id]));
  const idOf = (module: string, version: string) =>
    ids.get(`${module}:${version}`) ?? liveVersion(live, module, version)?.deploymentId ?? '';
  const next = keepOverrides(live, applyRelease(live, request, idOf), unchanged);
  for (const item of created) await materialise(parts, item, context);
  const wanted = desiredOf(parts, next, created);
  await prepareAll(parts, wanted, context);
  return {
    live: next,
    abandon: () => abandonAll(parts, wanted),
    deployments: created.map(({ record }) => record),
    manifests: new Map(
      created.map(({ upload, record }): [string, Manifest] => [record.manifestDigest, upload.manifest]),
    ),
    release: {
      createdAt: new Date(parts.clock.now()).toISOString(),
      createdBy: request.createdBy,
      ...(request.message === undefined ? {} : { message: request.message }),
      ...(request.commit === undefined ? {} : { commit: request.commit }),
      changes: changesOf(request, changed),
    },
    onCommitted: () => {
      parts.reconcile();
      for (const { upload } of created) {
        context.emit({ type: 'version-phase', module: upload.module, version: upload.version, phase: 'live' });
      }
    },
  };
}

/** Starts what is not running yet, side by side; when one fails the others are let go again. */
export async function prepareAll(
  parts: Pick<ReleaseParts, 'engine'>,
  wanted: readonly DesiredDeployment[],
  context: OperationContext,
): Promise<void> {
  const failed = new AbortController();
  const signal = AbortSignal.any([context.signal, failed.signal]);
  context.checkpoint('preparing');
  const results = await Promise.allSettled(
    wanted.map(async (desired) => {
      try {
        await parts.engine.prepare(desired, { signal, onEvent: context.emit });
      } catch (error) {
        failed.abort(error);
        throw error;
      }
    }),
  );
  const first = failed.signal.aborted ? failed.signal.reason : undefined;
  const rejected = results.find((result) => result.status === 'rejected');
  if (rejected) {
    await abandonAll(parts, wanted);
    throw first ?? rejected.reason;
  }
  context.checkpoint('prepared');
}

export async function abandonAll(
  parts: Pick<ReleaseParts, 'engine'>,
  wanted: readonly DesiredDeployment[],
): Promise<void> {
  await Promise.allSettled(wanted.map((desired) => parts.engine.abandon(desired.deployment.deploymentId)));
}

function splitUnchanged(parts: ReleaseParts, live: LiveState, uploads: readonly VersionUpload[]) {
  const changed: VersionUpload[] = [];
  const unchanged: VersionUpload[] = [];
  for (const upload of uploads) {
    const id = liveVersion(live, upload.module, upload.version)?.deploymentId;
    const record = id === undefined ? undefined : parts.desired.deployment(id);
    const isSame =
      record !== undefined &&
      parts.isDamaged?.(record.id) !== true &&
      hasSameSecrets(record.secrets, live.secrets) &&
      record.specDigest === digestOfValue(upload.spec) &&
      record.manifestDigest === digestOf(manifestText(upload.manifest));
    (isSame ? unchanged : changed).push(upload);
  }
  return { changed, unchanged };
}

function requireBlobs(blobs: BlobStore, uploads: readonly VersionUpload[]): void {
  const digests = new Set(uploads.flatMap((upload) => upload.manifest.files.map((file) => file.digest)));
  const [first, ...others] = blobs.missing([...digests]);
  if (first !== undefined) throw failure('blob.missing', { digest: first, others: others.length });
}

function newVersion(
  parts: ReleaseParts,
  {
    request,
    upload,
    secrets,
  }: { readonly request: ReleaseRequest; readonly upload: VersionUpload; readonly secrets: LiveState['secrets'] },
): NewVersion {
  const record: DeploymentRecord = {
    id: parts.newDeploymentId(),
    application: request.application,
    module: upload.module,
    version: upload.version,
    spec: upload.spec,
    specDigest: digestOfValue(upload.spec),
    ...(secrets === undefined ? {} : { secrets }),
    manifestDigest: digestOf(manifestText(upload.manifest)),
    fileCount: upload.manifest.files.length,
    diskUsage: totalSize(upload.manifest),
    createdAt: new Date(parts.clock.now()).toISOString(),
    createdBy: request.createdBy,
  };
  return { upload, record };
}

/** A version that was not uploaded anew keeps what set-num-instances and stop made of it. */
function keepOverrides(live: LiveState, next: LiveState, unchanged: readonly VersionUpload[]): LiveState {
  let kept = next;
  for (const { module, version } of unchanged) {
    const before = liveVersion(live, module, version);
    const now = liveModule(kept, module);
    if (!before || !now) continue;
    const versions = { ...now.versions, [version]: { ...now.versions[version], ...before } };
    kept = { ...kept, modules: { ...kept.modules, [module]: { ...now, versions } } };
  }
  return kept;
}

async function materialise(
  parts: ReleaseParts,
  { upload, record }: NewVersion,
  context: OperationContext,
): Promise<void> {
  const { module, version } = upload;
  context.emit({ type: 'version-phase', module, version, phase: 'materialising' });
  await parts.blobs.materialise(upload.manifest, parts.directoryOf(record.application, record.manifestDigest));
  context.checkpoint('materialised');
  if (context.signal.aborted) throw context.signal.reason;
}

function desiredOf(parts: ReleaseParts, next: LiveState, created: readonly NewVersion[]): readonly DesiredDeployment[] {
  return created.map(({ upload, record }) => {
    const split = liveModule(next, upload.module)?.split;
    return {
      deployment: toDeployment(record, parts),
      servingStatus: 'serving',
      receivesTraffic: split !== undefined && receivesTraffic(split, upload.version),
    };
  });
}

function changesOf(request: ReleaseRequest, changed: readonly VersionUpload[]): readonly string[] {
  return [
    ...changed.map((upload) => `${upload.module}:${upload.version}`),
    ...Object.keys(request.traffic).map((module) => `traffic of ${module}`),
    ...Object.keys(request.settings),
    ...request.stop.map(({ module, version }) => `stop ${module}:${version}`),
  ];
}
