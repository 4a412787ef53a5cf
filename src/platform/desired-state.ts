/** What should be running: the only writer of the durable state, and its reader. Every change is one transaction. */
import type { Manifest } from '../model/manifest.ts';
import type { Operation } from '../model/operation.ts';
import type { ReleasePin, ReleaseSummary } from '../model/release.ts';
import { digestOf } from '../support/digest.ts';
import type { LiveState } from './live-state.ts';
import { type Pruned, pruneReleases } from './prune-releases.ts';
import type { StateStore } from './store/state-store.ts';
import {
  type ApplicationRecord,
  type Commit,
  type DeploymentRecord,
  type OperationRecord,
  releaseNumber,
  toApplication,
  toDeployment,
  toOperation,
  toRelease,
} from './stored-records.ts';

export class DesiredState {
  readonly #store: StateStore;
  #onEnding: ((operation: Operation, request: string) => void) | undefined;

  constructor(store: StateStore) {
    this.#store = store;
  }

  /** @param listener told of each operation that ends, with its journalled request, within the transaction that ends it */
  tellEndings(listener: (operation: Operation, request: string) => void): void {
    this.#onEnding = listener;
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

  /** The live state as the current release made it: its row is written again only when the next one comes. */
  stateAsReleased({ id, currentRelease }: ApplicationRecord): LiveState | undefined {
    return currentRelease === undefined ? undefined : this.releaseState(id, currentRelease);
  }

  operation(id: string): OperationRecord | undefined {
    const row = this.#store.get('SELECT * FROM operations WHERE id = ?', id);
    return row && toOperation(row);
  }

  operationOfRequest(requestId: string): (OperationRecord & { readonly requestDigest: string }) | undefined {
    const row = this.#store.get('SELECT * FROM operations WHERE request_id = ?', requestId);
    if (!row) return undefined;
    const record = toOperation(row);
    // Of one that ended only the digest is kept.
    const isPending = record.operation.state === 'pending';
    return { ...record, requestDigest: isPending ? digestOf(String(row.request)) : String(record.request) };
  }

  operations(application: string, limit = 100): readonly Operation[] {
    return this.#store
      .all('SELECT * FROM operations WHERE application = ? ORDER BY rowid DESC LIMIT ?', application, limit)
      .map((row) => toOperation(row).operation);
  }

  pendingOperations(): readonly OperationRecord[] {
    return this.#store.all("SELECT * FROM operations WHERE state = 'pending' ORDER BY rowid").map(toOperation);
  }

  /** Journals an operation before its first step. */
  begin(record: OperationRecord): void {
    const { operation, requestId, request } = record;
    this.#store.run(
      `INSERT INTO operations (id, application, kind, state, request_id, request, created_at, created_by, target)
       VALUES (?, ?, ?, 'pending', ?, ?, ?, ?, ?)`,
      operation.id,
      operation.application,
      operation.kind,
      requestId,
      JSON.stringify(request),
      operation.createdAt,
      operation.createdBy,
      operation.target ? JSON.stringify(operation.target) : null,
    );
  }

  /** Ends an operation that changed nothing. */
  fail(operation: Operation): void {
    this.#store.transaction(() => this.#finish(operation));
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

  /** Keeps a release from being forgotten, or no longer. Nothing happens to one that is not there. */
  setPin(application: string, release: string, pin: ReleasePin | undefined): void {
    this.#store.run(
      'UPDATE releases SET pin = ? WHERE application = ? AND number = ?',
      pin === undefined ? null : JSON.stringify(pin),
      application,
      releaseNumber(release),
    );
  }

  /**
   * Forgets releases beyond the newest `keep` (1 or more) of each application that are not pinned, what only they needed, and operations
   * that ended long ago. A dry run answers the same and changes nothing.
   */
  prune(keep: number, isDryRun = false): Pruned {
    return pruneReleases(this.#store, keep, isDryRun);
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
         created_at, created_by, secrets) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
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
      deployment.secrets === undefined ? null : JSON.stringify(deployment.secrets),
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
      `INSERT INTO releases (application, number, created_at, created_by, message, source_commit, changes, live)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
      application,
      number,
      release?.createdAt ?? '',
      release?.createdBy ?? '',
      release?.message ?? null,
      release?.commit ? JSON.stringify(release.commit) : null,
      JSON.stringify(release?.changes ?? []),
      JSON.stringify(live),
    );
    return `r${number}`;
  }

  #finish(operation: Operation): void {
    const row = this.#store.get("SELECT request FROM operations WHERE id = ? AND state = 'pending'", operation.id);
    if (!row) return;
    this.#store.run(
      'UPDATE operations SET state = ?, finished_at = ?, release = ?, events = ?, error = ?, request = ? WHERE id = ?',
      operation.state,
      operation.finishedAt ?? null,
      operation.release ?? null,
      JSON.stringify(operation.events),
      operation.error ? JSON.stringify(operation.error) : null,
      JSON.stringify(digestOf(String(row.request))),
      operation.id,
    );
    this.#onEnding?.(operation, String(row.request));
  }
}
