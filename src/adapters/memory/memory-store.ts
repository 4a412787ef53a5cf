/** The memory backend's applications: lookups that fail with the catalogue's errors, and whole replacement. */
import type { VersionName } from '../../backend/backend.ts';
import { failure } from '../../errors.ts';
import type { Clock } from '../../support/clock.ts';
import {
  emptyLive,
  type MemoryApplication,
  type MemoryLive,
  type MemoryRelease,
  type MemoryVersion,
} from './memory-state.ts';

export class MemoryStore {
  readonly #applications = new Map<string, MemoryApplication>();
  readonly #clock: Clock;
  #deployments = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  ids(): readonly string[] {
    return [...this.#applications.keys()].sort();
  }

  find(id: string): MemoryApplication | undefined {
    return this.#applications.get(id);
  }

  findOrEmpty(id: string): MemoryApplication {
    return this.#applications.get(id) ?? { id, live: emptyLive, releases: [] };
  }

  /** @throws AppcfgError `application.not-found` */
  require(id: string): MemoryApplication {
    const application = this.#applications.get(id);
    if (!application) throw failure('application.not-found', { application: id });
    return application;
  }

  /** @throws AppcfgError `application.not-found`, `module.not-found`, `version.not-found` */
  requireVersion({ application, module, version }: VersionName): MemoryVersion {
    const { modules } = this.require(application).live;
    const versions = modules[module]?.versions;
    if (!versions) throw failure('module.not-found', { application, module, known: Object.keys(modules) });
    const found = versions[version];
    if (!found) throw failure('version.not-found', { application, module, version, known: Object.keys(versions) });
    return found;
  }

  /** Changes what is live without a release of its own. */
  setLive(id: string, live: MemoryLive): void {
    this.#applications.set(id, { ...this.require(id), live });
  }

  /** The release before keeps the state that it had last, so that rolling back restores just that. */
  addRelease(id: string, release: Omit<MemoryRelease, 'id' | 'createdAt'>): string {
    const { live, releases } = this.findOrEmpty(id);
    const former = releases.map((old, index) => (index === releases.length - 1 ? { ...old, live } : old));
    const next: MemoryRelease = { id: `r${releases.length + 1}`, createdAt: this.timestamp(), ...release };
    this.#applications.set(id, { id, live: release.live, releases: [...former, next] });
    return next.id;
  }

  newDeploymentId(): string {
    this.#deployments += 1;
    return String(this.#deployments);
  }

  timestamp(): string {
    return new Date(this.#clock.now()).toISOString();
  }
}
