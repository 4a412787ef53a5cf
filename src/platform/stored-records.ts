/** What the platform stores, and how it is read back from rows. */
import type { Manifest } from '../model/manifest.ts';
import type { Operation, OperationTarget } from '../model/operation.ts';
import type { ReleasePin, ReleaseSummary } from '../model/release.ts';
import type { SourceCommit } from '../model/source-commit.ts';
import type { VersionSpec } from '../model/version-spec.ts';
import type { LiveState } from './live-state.ts';
import type { SecretBindings } from './secrets/secret-bindings.ts';
import type { SqlRow } from './store/state-store.ts';

/** An immutable upload of a version. */
export interface DeploymentRecord {
  readonly id: string;
  readonly application: string;
  readonly module: string;
  readonly version: string;
  readonly spec: VersionSpec;
  readonly specDigest: string;
  /** Name -> version of the value that its instances get. */
  readonly secrets?: SecretBindings;
  readonly manifestDigest: string;
  readonly fileCount: number;
  readonly diskUsage: number;
  readonly createdAt: string;
  readonly createdBy: string;
}

export interface ApplicationRecord {
  readonly id: string;
  readonly live: LiveState;
  readonly currentRelease: string | undefined;
}

export interface NewRelease {
  readonly createdAt: string;
  readonly createdBy: string;
  readonly message?: string;
  readonly commit?: SourceCommit;
  readonly changes: readonly string[];
}

/** What one commit makes durable at once. */
export interface Commit {
  readonly application: string;
  readonly live: LiveState;
  readonly deployments?: readonly DeploymentRecord[];
  readonly manifests?: ReadonlyMap<string, Manifest>;
  /** Makes the new live state a release of its own. */
  readonly release?: NewRelease;
  readonly operation: Operation;
}

/** An operation and what is needed to go on with it after a crash. */
export interface OperationRecord {
  readonly operation: Operation;
  readonly requestId: string;
  readonly request: unknown;
}

/** `r12` -> 12; NaN never matches a row. */
export function releaseNumber(release: string): number {
  return /^r\d+$/.test(release) ? Number(release.slice(1)) : -1;
}

export function toApplication(row: SqlRow): ApplicationRecord {
  return {
    id: String(row.id),
    live: JSON.parse(String(row.live)) as LiveState,
    currentRelease: row.current_release === null ? undefined : String(row.current_release),
  };
}

export function toDeployment(row: SqlRow): DeploymentRecord {
  return {
    id: String(row.id),
    application: String(row.application),
    module: String(row.module),
    version: String(row.version),
    spec: JSON.parse(String(row.spec)) as VersionSpec,
    specDigest: String(row.spec_digest),
    ...(row.secrets === null ? {} : { secrets: JSON.parse(String(row.secrets)) as SecretBindings }),
    manifestDigest: String(row.manifest_digest),
    fileCount: Number(row.file_count),
    diskUsage: Number(row.disk_usage),
    createdAt: String(row.created_at),
    createdBy: String(row.created_by),
  };
}

export function toRelease(row: SqlRow, current: string | undefined): ReleaseSummary {
  const id = `r${Number(row.number)}`;
  const live = JSON.parse(String(row.live)) as LiveState;
  const versions = Object.fromEntries(
    Object.entries(live.modules).map(([name, module]) => [
      name,
      Object.fromEntries(Object.entries(module.versions).map(([version, value]) => [version, value.deploymentId])),
    ]),
  );
  return {
    id,
    createdAt: String(row.created_at),
    createdBy: String(row.created_by),
    ...(row.message === null ? {} : { message: String(row.message) }),
    ...(row.source_commit === null ? {} : { commit: JSON.parse(String(row.source_commit)) as SourceCommit }),
    isCurrent: id === current,
    ...(row.pin === null ? {} : { pin: JSON.parse(String(row.pin)) as ReleasePin }),
    changes: JSON.parse(String(row.changes)) as string[],
    versions,
  };
}

export function toOperation(row: SqlRow): OperationRecord {
  const operation: Operation = {
    id: String(row.id),
    application: String(row.application),
    kind: String(row.kind) as Operation['kind'],
    state: String(row.state) as Operation['state'],
    createdAt: String(row.created_at),
    createdBy: String(row.created_by),
    events: JSON.parse(String(row.events)) as Operation['events'],
    ...(row.finished_at === null ? {} : { finishedAt: String(row.finished_at) }),
    ...(row.release === null ? {} : { release: String(row.release) }),
    ...(row.target === null ? {} : { target: JSON.parse(String(row.target)) as OperationTarget }),
    ...(row.error === null ? {} : { error: JSON.parse(String(row.error)) as NonNullable<Operation['error']> }),
  };
  return { operation, requestId: String(row.request_id), request: JSON.parse(String(row.request)) };
}
