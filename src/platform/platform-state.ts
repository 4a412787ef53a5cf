/** First stage of the start: what the platform keeps on disk, opened by one process at a time. */
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { DAEMON_FILE } from '../protocol/daemon-file.ts';
import { ApiResources } from './api-resources.ts';
import { ApplicationLocks } from './application-locks.ts';
import { DamagedVersions } from './damaged-versions.ts';
import { DesiredState } from './desired-state.ts';
import type { Lifetime } from './lifetime.ts';
import type { LogStore } from './logs/log-store.ts';
import { createLogStore } from './logs/segment-log-store.ts';
import { ObjectStore } from './objects/object-store.ts';
import { persistentSecret } from './persistent-secret.ts';
import { openPlatformIsolation } from './platform-isolation.ts';
import type { PlatformOptions } from './platform-options.ts';
import { openPlatformUsage, type PlatformUsage } from './platform-usage.ts';
import { SecretStore } from './secrets/secret-store.ts';
import type { Isolation } from './serving/isolation/isolation.ts';
import { createRunCommand } from './serving/process.ts';
import { createBlobStore, type DiskBlobStore } from './store/disk-blob-store.ts';
import { openStateStore } from './store/open-state-store.ts';
import { migrations } from './store/schema.ts';
import { acquireOwnership } from './store/single-owner.ts';
import type { StateStore } from './store/state-store.ts';

export interface PlatformState {
  /** Absolute path of the state directory. */
  readonly directory: string;
  /** Marks this platform's processes. */
  readonly nonce: string;
  /** What works here is found out while the rest begins. */
  readonly isolating: Promise<Isolation>;
  readonly store: StateStore;
  readonly desired: DesiredState;
  readonly resources: ApiResources;
  readonly usage: PlatformUsage;
  readonly secrets: SecretStore;
  /** Of values that are sealed; made at its first use. */
  readonly sealingKey: () => string;
  readonly blobs: DiskBlobStore;
  readonly objects: ObjectStore;
  readonly logs: LogStore;
  readonly locks: ApplicationLocks;
  readonly damaged: DamagedVersions;
  /** Folder of the versions' files. */
  readonly trees: string;
  readonly directoryOf: (application: string, digest: string) => string;
}

/** @throws AppcfgError `store.in-use`, `store.corrupt`, `platform.prices-invalid` ... */
export async function openPlatformState(options: PlatformOptions, lifetime: Lifetime): Promise<PlatformState> {
  const { clock, directories, environment } = options;
  const directory = directories.state;
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const ownership = await acquireOwnership(directory);
  lifetime.onClose('ownership', () => ownership.release());
  // Removed when everything else has ended: whoever waits for the end watches this file.
  lifetime.onClose('daemon file', () => rmSync(join(directory, DAEMON_FILE), { force: true }));
  const nonce = persistentSecret(join(directory, 'nonce'));
  // Programs are run to find out what works here: the rest begins meanwhile.
  const isolating = openPlatformIsolation(options, nonce, lifetime);
  const store = await openStateStore(join(directory, 'platform.db'), migrations);
  lifetime.onClose('store', () => store.close());
  const desired = new DesiredState(store);
  const resources = new ApiResources(store);
  const usage = openPlatformUsage(
    { clock, store, resources, configDirectory: directories.config, environment },
    lifetime,
  );
  const sealingKey = () => persistentSecret(join(directory, 'secrets.key'));
  const secrets = new SecretStore({ store, key: sealingKey, clock });
  const blobs = createBlobStore(join(directory, 'blobs'), {
    clock,
    run: createRunCommand(clock),
    onCorrupt: (digest) => damaged.contentLost(digest),
  });
  const logs = await createLogStore({ directory: join(directory, 'logs'), clock });
  lifetime.onClose('logs', () => logs.close());
  const trees = join(directory, 'trees');
  const directoryOf = (application: string, digest: string) => join(trees, encodeURIComponent(application), digest);
  const damaged = new DamagedVersions({ desired, blobs, logs, clock, directoryOf });
  const objects = new ObjectStore({ store, blobs, clock });
  const locks = new ApplicationLocks(resources, clock);
  return {
    ...{ directory, nonce, isolating, store, desired, resources, usage, secrets, sealingKey },
    ...{ blobs, objects, logs, locks, damaged, trees, directoryOf },
  };
}
