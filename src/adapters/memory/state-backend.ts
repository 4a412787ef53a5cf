/** A whole backend on top of a place that remembers: for backends of others, which say only where and how to publish. */
import type { Backend } from '../../backend/backend.ts';
import type { Application } from '../../model/application.ts';
import type { Manifest } from '../../model/manifest.ts';
import type { Clock } from '../../support/clock.ts';
import { Checkpoints } from './checkpoints.ts';
import { type BlobStorage, MemoryFiles } from './memory-files.ts';
import { MemoryOperations } from './memory-operations.ts';
import { type MemoryParts, memoryReleases } from './memory-releases.ts';
import type { MemoryApplication } from './memory-state.ts';
import { type ApplicationStorage, MemoryStore } from './memory-store.ts';
import { memorySettings, memoryTraffic, memoryVersions } from './memory-versions.ts';

/** What is about to become live. */
export interface Publication {
  readonly before: Application | undefined;
  readonly after: Application;
  /** The files of a version of `after`. */
  manifest(module: string, version: string): Manifest;
  /** The content of one of them, by its digest. */
  read(digest: string): Uint8Array;
}

export interface StateBackendOptions {
  readonly name: string;
  readonly clock: Clock;
  readonly createdBy: string;
  /** Plain data, JSON will do. A Map forgets with the process. */
  readonly applications: ApplicationStorage;
  readonly blobs: BlobStorage;
  /** Makes a state real before it is stored. What it throws fails the command, and nothing has changed. */
  readonly publish?: (publication: Publication) => Promise<void>;
  /** The application with the addresses it has there. */
  readonly view?: (application: Application) => Application;
}

/** One writer at a time is taken for granted: two commands at once are told apart only by the release they build on. */
export function createStateBackend(options: StateBackendOptions): Backend {
  const { name, clock, createdBy, blobs, view = (application) => application } = options;
  const checkpoints = new Checkpoints();
  const staged = new StagedApplications(options.applications);
  const store = new StoreWithOwnIds(clock, staged);
  const files = new MemoryFiles({ checkpoints, blobs });
  const publish = async (before: MemoryApplication | undefined, after: MemoryApplication) =>
    options.publish?.({
      before: before && view(store.view(before)),
      after: view(store.view(after)),
      manifest: (module, version) => after.live.modules[module]?.versions[version]?.manifest ?? { files: [] },
      read: (digest) => blobs.get(digest) ?? new Uint8Array(),
    });
  const operations = new MemoryOperations(clock, checkpoints, (application, work) =>
    staged.change(application, work, publish),
  );
  const parts: MemoryParts = { store, files, operations, checkpoints, createdBy };
  return {
    name,
    describe: async (id, call) => {
      call?.signal?.throwIfAborted();
      const found = options.applications.get(id);
      return found && view(store.view(found));
    },
    applications: async () => store.ids(),
    files: files.role,
    releases: memoryReleases(parts),
    versions: memoryVersions(parts),
    traffic: memoryTraffic(parts),
    settings: memorySettings(parts),
    source: files.sourceRole((version) => store.requireVersion(version).manifest),
    operations: operations.role,
    close: async () => {},
  };
}

/** Keeps what a change writes aside until it is published. */
class StagedApplications implements ApplicationStorage {
  readonly #stored: ApplicationStorage;
  /** undefined: nothing written yet. */
  readonly #changing = new Map<string, MemoryApplication | undefined>();

  constructor(stored: ApplicationStorage) {
    this.#stored = stored;
  }

  keys(): Iterable<string> {
    return this.#stored.keys();
  }

  get(id: string): MemoryApplication | undefined {
    return this.#changing.get(id) ?? this.#stored.get(id);
  }

  set(id: string, application: MemoryApplication): void {
    if (this.#changing.has(id)) this.#changing.set(id, application);
    else this.#stored.set(id, application);
  }

  async change<T>(
    id: string,
    work: () => Promise<T>,
    publish: (before: MemoryApplication | undefined, after: MemoryApplication) => Promise<void>,
  ): Promise<T> {
    this.#changing.set(id, undefined);
    try {
      const result = await work();
      const after = this.#changing.get(id);
      if (after !== undefined) {
        await publish(this.#stored.get(id), after);
        this.#stored.set(id, after);
      }
      return result;
    } finally {
      this.#changing.delete(id);
    }
  }
}

/** Ids that no former process gave away. */
class StoreWithOwnIds extends MemoryStore {
  readonly #clock: Clock;
  #last = 0;

  constructor(clock: Clock, applications: ApplicationStorage) {
    super(clock, applications);
    this.#clock = clock;
  }

  override newDeploymentId(): string {
    this.#last = Math.max(this.#last + 1, this.#clock.now() * 1000);
    return String(this.#last);
  }
}
