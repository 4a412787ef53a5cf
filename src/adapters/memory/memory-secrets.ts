/** Secrets of the memory backend: it keeps who set what and when, and forgets the values, which nothing here reads. */
import type { SecretsRole } from '../../backend/operator-roles.ts';
import { failure } from '../../errors.ts';
import { MAX_SECRETS, type SecretSummary, type SecretsChange, secretProblem } from '../../model/secret.ts';
import type { MemoryParts } from './memory-releases.ts';
import type { MemoryLive } from './memory-state.ts';

type Summaries = Readonly<Record<string, SecretSummary>>;

export function memorySecrets(parts: MemoryParts): SecretsRole {
  const { store, operations, createdBy } = parts;
  /** Versions count on also when a secret was removed between. */
  const versions = new Map<string, number>();
  const changed = (application: string, { set, unset }: SecretsChange): Summaries => {
    const secrets: Record<string, SecretSummary> = { ...store.findOrEmpty(application).live.secrets };
    for (const name of Object.keys(set)) {
      const version = (versions.get(`${application} ${name}`) ?? 0) + 1;
      versions.set(`${application} ${name}`, version);
      secrets[name] = { name, version, createdAt: store.timestamp(), createdBy };
    }
    for (const name of unset) {
      if (!Object.hasOwn(secrets, name)) {
        throw failure('secret.not-found', { application, name, known: Object.keys(secrets).sort() });
      }
      delete secrets[name];
    }
    const count = Object.keys(secrets).length;
    if (count > MAX_SECRETS) throw failure('secret.too-many', { application, count, most: MAX_SECRETS });
    return secrets;
  };
  return {
    list: async (application) =>
      Object.values(store.findOrEmpty(application).live.secrets ?? {}).sort((a, b) => (a.name < b.name ? -1 : 1)),
    change: async (application, change, options) => {
      refuseInvalid(change);
      const work = async () => {
        const secrets = changed(application, change);
        const { live, releases } = store.findOrEmpty(application);
        if (change.isStaged || Object.keys(live.modules).length === 0) {
          store.putLive(application, { ...live, secrets });
          return releases.at(-1)?.id;
        }
        const changes = [
          ...Object.keys(change.set).map((name) => `secret ${name}`),
          ...change.unset.map((name) => `no secret ${name}`),
        ];
        const redeployed = { ...deployedAnew(live, () => store.newDeploymentId()), secrets };
        return store.addRelease(application, { createdBy, changes, live: redeployed });
      };
      return operations.run({ kind: 'secrets', application, createdBy, work }, options);
    },
  };
}

function deployedAnew(live: MemoryLive, newId: () => string): MemoryLive {
  const modules = Object.entries(live.modules).map(([name, module]) => {
    const versions = Object.entries(module.versions).map(([id, version]) => [
      id,
      { ...version, deploymentId: newId() },
    ]);
    return [name, { ...module, versions: Object.fromEntries(versions) }];
  });
  return { ...live, modules: Object.fromEntries(modules) };
}

function refuseInvalid({ set }: SecretsChange): void {
  const found = secretProblem(set);
  if (found) throw failure('secret.invalid', found);
}
