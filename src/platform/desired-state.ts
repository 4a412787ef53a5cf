/** What should be running: the only writer of the durable state, and its reader. Every change is one transaction. */
import type { Manifest } from '../model/manifest.ts';
import type { Operation } from '../model/operation.ts';
import type { ReleaseSummary } from '../model/release.ts';
import type { VersionSpec } from '../model/version-spec.ts';
import { emptyLiveState, type LiveState, liveDeploymentIds } from './live-state.ts';
import type { SqlRow, StateStore } from './store/state-store.ts';

/** An immutable upload of a version. */
export interface DeploymentRecord {
  readonly id: string;
  readonly application: string;
  readonly module: string;
  readonly version: string;
  readonly spec: VersionSpec;
  readonly specDigest: string;
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

export class DesiredState {
  readonly #store: StateStore;

  constructor(store: StateStore) {
    this.#store = store;
  }

  applications(): readonly ApplicationRecord[] {
    return this.#store.all('SELECT * FROM applications ORDER BY id').map(toApplication);
  }

  application(id: string): ApplicationRecord | undefined {
    const row = this.#store.get('SELECT * FROM applications WHERE id = ?', id);
    return row && toApplication(row);
  }

  deployment(id: string): DeploymentRecord | undefined {
    const row = this.#store.get('SELECT * FROM deployments WHERE id = ?', id);
    return row && toDeployment(row);
  }

  deployments(application: string): ReadonlyMap<string, DeploymentRecord> {
    const rows = this.#store.all('SELECT * FROM deployments WHERE application = ?', application);
    return new Map(rows.map((row) => [String(row.id), toDeployment(row)]));
  }

  manifest(digest: string): Manifest | undefined {
    const row = this.#store.get('SELECT files FROM manifests WHERE digest = ?', digest);
    return row && { files: JSON.parse(String(row.files)) };
  }

  /** Every manifest that a deployment still names. */
  manifests(): readonly { readonly digest: string; readonly manifest: Manifest }[] {
    return this.#store
      .all('SELECT digest, files FROM manifests')
      .map((row) => ({ digest: String(row.digest), manifest: { files: JSON.parse(String(row.files)) } }));
  }

  releases(application: string): readonly ReleaseSummary[] {
    const current = this.application(application)?.currentRelease;
    return this.#store
      .all('SELECT * FROM releases WHERE application = ? ORDER BY number DESC', application)
      .map((row) => toRelease(row, current));
  }

  /** The whole live state of a release, to put it back. */
  releaseState(application: string, release: string): LiveState | undefined {
    const row = this.#store.get(
      'SELECT live FROM releases WHERE application = ? AND number = ?',
      application,
      releaseNumber(release),
    );
    return row && (JSON.parse(String(row.live)) as LiveState);
  }

  operation(id: string): OperationRecord | undefined {
    const row = this.#store.get('SELECT * FROM operations WHERE id = ?', id);
    return row && toOperation(row);
  }

  operationOfRequest(requestId: string): OperationRecord | undefined {
    const row = this.#store.get('SELECT * FROM operations WHERE request_id = ?', requestId);
    return row && toOperation(row);
  }

  operations(application: string, limit = 100): readonly Operation[] {
    return this.#store
      .all(
        'SELECT * FROM operations WHERE application = ? ORDER BY created_at DESC, id DESC LIMIT ?',
        application,
        limit,
      )
      .map((row) => toOperation(row).operation);
  }

  pendingOperations(): readonly OperationRecord[] {
    return this.#store.all("SELECT * FROM operations WHERE state = 'pending' ORDER BY created_at, id").map(toOperation);
  }

  /** Journals an operation before its first step. */
  begin(record: OperationRecord): void {
    const { operation, requestId, request } = record;
    this.#store.run(
      `INSERT INTO operations (id, application, kind, state, request_id, request, created_at, created_by)
       VALUES (?, ?, ?, 'pending', ?, ?, ?, ?)`,
      operation.id,
      operation.application,
      operation.kind,
      requestId,
      JSON.stringify(request),
      operation.createdAt,
      operation.createdBy,
    );
  }

  /** Ends an operation that changed nothing. */
  fail(operation: Operation): void {
    this.#finish(operation);
  }

  /** All or nothing, durable on return. Answers the release that is now current. */
  commit(commit: Commit): string | undefined {
    return this.#store.transaction(() => {
      for (const [digest, manifest] of commit.manifests ?? []) this.#putManifest(digest, manifest);
      for (const deployment of commit.deployments ?? []) this.#putDeployment(deployment);
      const before = this.application(commit.application);
      const release = commit.release ? this.#putRelease(commit, before) : before?.currentRelease;
      this.#store.run(
        `INSERT INTO applications (id, live, current_release) VALUES (?, ?, ?)
         ON CONFLICT (id) DO UPDATE SET live = excluded.live, current_release = excluded.current_release`,
        commit.application,
        JSON.stringify(commit.live),
        release ?? null,
      );
      this.#finish({ ...commit.operation, ...(release === undefined ? {} : { release }) });
      return release;
    });
  }

  /** Forgets releases beyond the newest `keep` and what only they needed. Answers the deployments that are gone. */
  prune(application: string, keep: number): readonly DeploymentRecord[] {
    return this.#store.transaction(() => {
      const numbers = this.#store
        .all('SELECT number FROM releases WHERE application = ? ORDER BY number DESC', application)
        .map((row) => Number(row.number));
      const oldest = numbers.slice(0, keep).at(-1);
      if (oldest === undefined) return [];
      this.#store.run('DELETE FROM releases WHERE application = ? AND number < ?', application, oldest);
      return this.#dropUnusedDeployments(application);
    });
  }

  #dropUnusedDeployments(application: string): readonly DeploymentRecord[] {
    const used = new Set<string>(liveDeploymentIds(this.application(application)?.live ?? emptyLiveState));
    for (const row of this.#store.all('SELECT live FROM releases WHERE application = ?', application)) {
      for (const id of liveDeploymentIds(JSON.parse(String(row.live)) as LiveState)) used.add(id);
    }
    const gone = [...this.deployments(application).values()].filter((deployment) => !used.has(deployment.id));
    for (const deployment of gone) this.#store.run('DELETE FROM deployments WHERE id = ?', deployment.id);
    this.#store.run('DELETE FROM manifests WHERE digest NOT IN (SELECT manifest_digest FROM deployments)');
    return gone;
  }

  #putManifest(digest: string, manifest: Manifest): void {
    this.#store.run(
      'INSERT INTO manifests (digest, files) VALUES (?, ?) ON CONFLICT (digest) DO NOTHING',
      digest,
      JSON.stringify(manifest.files),
    );
  }

  #putDeployment(deployment: DeploymentRecord): void {
    this.#store.run(
      `INSERT INTO deployments (id, application, module, version, spec, spec_digest, manifest_digest, file_count, disk_usage,
         created_at, created_by) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      deployment.id,
      deployment.application,
      deployment.module,
      deployment.version,
      JSON.stringify(deployment.spec),
      deployment.specDigest,
      deployment.manifestDigest,
      deployment.fileCount,
      deployment.diskUsage,
      deployment.createdAt,
      deployment.createdBy,
    );
  }

  /** The former release keeps the state it had when it was superseded, so that rolling back restores just that. */
  #putRelease(commit: Commit, before: ApplicationRecord | undefined): string {
    const { application, live, release } = commit;
    if (before?.currentRelease !== undefined) {
      this.#store.run(
        'UPDATE releases SET live = ? WHERE application = ? AND number = ?',
        JSON.stringify(before.live),
        application,
        releaseNumber(before.currentRelease),
      );
    }
    const last = this.#store.get('SELECT MAX(number) AS number FROM releases WHERE application = ?', application);
    const number = Number(last?.number ?? 0) + 1;
    this.#store.run(
      'INSERT INTO releases (application, number, created_at, created_by, message, changes, live) VALUES (?, ?, ?, ?, ?, ?, ?)',
      application,
      number,
      release?.createdAt ?? '',
      release?.createdBy ?? '',
      release?.message ?? null,
      JSON.stringify(release?.changes ?? []),
      JSON.stringify(live),
    );
    return `r${number}`;
  }

  #finish(operation: Operation): void {
    this.#store.run(
      'UPDATE operations SET state = ?, finished_at = ?, release = ?, events = ?, error = ?, request = ? WHERE id = ?',
      operation.state,
      operation.finishedAt ?? null,
      operation.release ?? null,
      JSON.stringify(operation.events),
      operation.error ? JSON.stringify(operation.error) : null,
      'null',
      operation.id,
    );
  }
}

/** `r12` -> 12; NaN never matches a row. */
function releaseNumber(release: string): number {
  return /^r\d+$/.test(release) ? Number(release.slice(1)) : -1;
}

function toApplication(row: SqlRow): ApplicationRecord {
  return {
    id: String(row.id),
    live: JSON.parse(String(row.live)) as LiveState,
    currentRelease: row.current_release === null ? undefined : String(row.current_release),
  };
}

function toDeployment(row: SqlRow): DeploymentRecord {
  return {
    id: String(row.id),
    application: String(row.application),
    module: String(row.module),
    version: String(row.version),
    spec: JSON.parse(String(row.spec)) as VersionSpec,
    specDigest: String(row.spec_digest),
    manifestDigest: String(row.manifest_digest),
    fileCount: Number(row.file_count),
    diskUsage: Number(row.disk_usage),
    createdAt: String(row.created_at),
    createdBy: String(row.created_by),
  };
}

function toRelease(row: SqlRow, current: string | undefined): ReleaseSummary {
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
    isCurrent: id === current,
    changes: JSON.parse(String(row.changes)) as string[],
    versions,
  };
}

function toOperation(row: SqlRow): OperationRecord {
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
    ...(row.error === null ? {} : { error: JSON.parse(String(row.error)) as NonNullable<Operation['error']> }),
  };
  return { operation, requestId: String(row.request_id), request: JSON.parse(String(row.request)) };
}
