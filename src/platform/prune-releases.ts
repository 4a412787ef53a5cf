/** Forgets old releases and what only they needed, in one transaction; or only says what would be left. */
import type { Manifest } from '../model/manifest.ts';
import { type LiveState, liveDeploymentIds } from './live-state.ts';
import { pruneSecrets } from './secrets/prune-secrets.ts';
import type { StateStore } from './store/state-store.ts';
import { toApplication } from './stored-records.ts';

/** What is left after pruning. */
export interface Pruned {
  /** How many are gone. */
  readonly releases: number;
  /** Application -> digests of the manifests whose directories are needed. */
  readonly directories: ReadonlyMap<string, ReadonlySet<string>>;
  /** Digests that are needed. */
  readonly blobs: ReadonlySet<string>;
}

/** Ended operations kept per application: the history that people see, and protection against repetitions. */
const MOST_OPERATIONS = 1000;

/** @param keep releases of each application, the current one included; 1 or more. Pinned ones stay besides. */
export function pruneReleases(store: StateStore, keep: number, isDryRun: boolean): Pruned {
  const prune = () => {
    const applications = store.all('SELECT * FROM applications').map(toApplication);
    const releases = applications.reduce((sum, { id, live }) => sum + pruneApplication(store, { id, live, keep }), 0);
    pruneSecrets(store);
    return { releases, ...neededFiles(store) };
  };
  return isDryRun ? preview(store, prune) : store.transaction(prune);
}

function pruneApplication(
  store: StateStore,
  { id, live, keep }: { readonly id: string; readonly live: LiveState; readonly keep: number },
): number {
  store.run(
    `DELETE FROM operations WHERE application = ? AND state <> 'pending' AND id NOT IN
       (SELECT id FROM operations WHERE application = ? ORDER BY rowid DESC LIMIT ${MOST_OPERATIONS})`,
    id,
    id,
  );
  const releases = store.all('SELECT number, pin FROM releases WHERE application = ? ORDER BY number DESC', id);
  if (releases.length === 0) return 0;
  const surplus = releases.slice(keep).filter(({ pin }) => pin === null);
  for (const { number = null } of surplus) {
    store.run('DELETE FROM releases WHERE application = ? AND number = ?', id, number);
  }
  dropUnusedDeployments(store, id, live);
  return surplus.length;
}

function dropUnusedDeployments(store: StateStore, application: string, live: LiveState): void {
  const used = new Set<string>(liveDeploymentIds(live));
  for (const row of store.all('SELECT live FROM releases WHERE application = ?', application)) {
    for (const id of liveDeploymentIds(JSON.parse(String(row.live)) as LiveState)) used.add(id);
  }
  for (const row of store.all('SELECT id FROM deployments WHERE application = ?', application)) {
    if (!used.has(String(row.id))) store.run('DELETE FROM deployments WHERE id = ?', row.id ?? null);
  }
  store.run('DELETE FROM manifests WHERE digest NOT IN (SELECT manifest_digest FROM deployments)');
}

function neededFiles(store: StateStore): Omit<Pruned, 'releases'> {
  const directories = new Map<string, Set<string>>();
  for (const row of store.all('SELECT DISTINCT application, manifest_digest FROM deployments')) {
    const digests = directories.get(String(row.application)) ?? new Set();
    directories.set(String(row.application), digests.add(String(row.manifest_digest)));
  }
  const blobs = new Set<string>();
  for (const row of store.all('SELECT files FROM manifests')) {
    for (const { digest } of JSON.parse(String(row.files)) as Manifest['files']) blobs.add(digest);
  }
  return { directories, blobs };
}

/** Does the work in a transaction that is taken back. */
function preview<T>(store: StateStore, work: () => T): T {
  const undo = new Error('taken back');
  const results: T[] = [];
  try {
    store.transaction(() => {
      results.push(work());
      throw undo;
    });
  } catch (error) {
    if (error !== undo) throw error;
  }
  return results[0] as T;
}
