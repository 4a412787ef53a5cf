/** Forgets values that no release and no deployment has any more. */
import type { LiveState } from '../live-state.ts';
import type { StateStore } from '../store/state-store.ts';
import type { SecretBindings } from './secret-bindings.ts';

/** Within the caller's transaction. What came within the last day may belong to a change that is still on its way. */
export function pruneSecrets(store: StateStore): void {
  const rows = store.all(
    "SELECT application, name, version FROM secrets WHERE created_at < strftime('%Y-%m-%dT%H:%M:%SZ', 'now', '-1 day')",
  );
  if (rows.length === 0) return;
  const used = new Set<string>();
  const use = (application: unknown, bindings: SecretBindings | undefined) => {
    for (const [name, version] of Object.entries(bindings ?? {}))
      used.add(JSON.stringify([application, name, version]));
  };
  for (const { id, live } of store.all('SELECT id, live FROM applications')) use(id, secretsOf(live));
  for (const { application, live } of store.all('SELECT application, live FROM releases'))
    use(application, secretsOf(live));
  for (const { application, secrets } of store.all(
    'SELECT application, secrets FROM deployments WHERE secrets IS NOT NULL',
  )) {
    use(application, JSON.parse(String(secrets)) as SecretBindings);
  }
  for (const { application, name, version } of rows) {
    if (used.has(JSON.stringify([application, name, version]))) continue;
    store.run(
      'DELETE FROM secrets WHERE application = ? AND name = ? AND version = ?',
      ...[application ?? null, name ?? null, version ?? null],
    );
  }
}

function secretsOf(live: unknown): SecretBindings | undefined {
  return (JSON.parse(String(live)) as LiveState).secrets;
}
