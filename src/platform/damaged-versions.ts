/**
 * Live versions whose files are lost or changed on disk.
 *
 * They are shown as damaged, so that deploying the very same files again is a change; the files that are missing then
 * travel again, and the version is made anew.
 */
import { messageOf } from '../errors.ts';
import type { Clock } from '../support/clock.ts';
import type { DesiredState } from './desired-state.ts';
import { liveDeploymentIds } from './live-state.ts';
import type { LogSink } from './logs/log-store.ts';
import type { BlobStore } from './store/blob-store.ts';
import type { DeploymentRecord } from './stored-records.ts';

export interface DamagedVersionsOptions {
  readonly desired: DesiredState;
  readonly blobs: Pick<BlobStore, 'materialise'>;
  readonly logs: LogSink;
  readonly clock: Clock;
  readonly directoryOf: (application: string, manifestDigest: string) => string;
}

export class DamagedVersions {
  readonly #options: DamagedVersionsOptions;
  readonly #damaged = new Set<string>();

  constructor(options: DamagedVersionsOptions) {
    this.#options = options;
  }

  has(deploymentId: string): boolean {
    return this.#damaged.has(deploymentId);
  }

  /** Puts the directories of live versions right, by names, links and lengths; says so where that is impossible. */
  async repair(): Promise<void> {
    const { desired, blobs, directoryOf } = this.#options;
    for (const record of this.#live()) {
      const manifest = desired.manifest(record.manifestDigest);
      if (!manifest) continue;
      try {
        const directory = directoryOf(record.application, record.manifestDigest);
        await blobs.materialise(manifest, directory, { trustsBlobs: true });
      } catch (error) {
        this.#note(record, messageOf(error));
      }
    }
  }

  /** Directories are made of links: what rotted in the store has rotted there too. */
  contentLost(digest: string): void {
    const { desired } = this.#options;
    for (const record of this.#live()) {
      const file = desired.manifest(record.manifestDigest)?.files.find((candidate) => candidate.digest === digest);
      if (file) this.#note(record, `The content of ${file.path} has changed on disk.`);
    }
  }

  #live(): readonly DeploymentRecord[] {
    const { desired } = this.#options;
    return desired.applications().flatMap(({ live }) =>
      liveDeploymentIds(live).flatMap((id) => {
        const record = desired.deployment(id);
        return record ? [record] : [];
      }),
    );
  }

  #note({ id, application, module, version }: DeploymentRecord, reason: string): void {
    if (this.#damaged.has(id)) return;
    this.#damaged.add(id);
    const { logs, clock } = this.#options;
    const message = `The files of this version are damaged: ${reason} Deploy it again: what is missing is sent again.`;
    const where = { application, module, version };
    logs.append({ kind: 'app', stream: 'platform', level: 'error', timeMs: clock.now(), ...where, message });
  }
}
