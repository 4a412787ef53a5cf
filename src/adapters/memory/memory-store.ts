/** The memory backend's applications: lookups that fail with the catalogue's errors, and whole replacement. */
import type { VersionName } from '../../backend/call-options.ts';
import { failure } from '../../errors.ts';
import type { Application } from '../../model/application.ts';
import { countedApplication, limitExcess } from '../../model/limit-excess.ts';
import { DEFAULT_PROFILE, type Profile } from '../../model/profile.ts';
import type { ReleasePin } from '../../model/release.ts';
import type { Clock } from '../../support/clock.ts';
import {
  emptyLive,
  type MemoryApplication,
  type MemoryLive,
  type MemoryRelease,
  type MemoryVersion,
  toApplication,
} from './memory-state.ts';

/** Where applications are kept: a Map, or anything that remembers. */
export interface ApplicationStorage {
  keys(): Iterable<string>;
  get(id: string): MemoryApplication | undefined;
  /** Durable on return, where it is to last. */
  set(id: string, application: MemoryApplication): unknown;
}

export class MemoryStore {
  readonly #applications: ApplicationStorage;
  readonly #profiles = new Map<string, Profile>();
  readonly #clock: Clock;
  #deployments = 0;

  constructor(clock: Clock, applications: ApplicationStorage = new Map()) {
    this.#clock = clock;
    this.#applications = applications;
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

  profileOf(id: string): Profile {
    return this.#profiles.get(id) ?? DEFAULT_PROFILE;
  }

  setProfile(id: string, profile: Profile): void {
    this.#profiles.set(this.require(id).id, profile);
  }

  /** As whoever asks sees it. */
  view(application: MemoryApplication): Application {
    return toApplication(application, this.profileOf(application.id));
  }

  /** What is live beside what would be. @throws AppcfgError `release.limit` */
  requireRoom(id: string, live: MemoryLive): void {
    const now = this.findOrEmpty(id);
    const counted = (state: MemoryLive) => countedApplication(this.view({ ...now, live: state }));
    const profile = this.profileOf(id);
    const excess = limitExcess(profile, counted(now.live), counted(live));
    if (excess) throw failure('release.limit', { application: id, profile, ...excess });
  }

  /** Changes what is live without a release of its own. */
  setLive(id: string, live: MemoryLive): void {
    this.requireRoom(id, live);
    this.#applications.set(id, { ...this.require(id), live });
  }

  /** The same for an application that may not exist yet. */
  putLive(id: string, live: MemoryLive): void {
    this.#applications.set(id, { ...this.findOrEmpty(id), live });
  }

  /** The release before keeps the state that it had last, so that rolling back restores just that. */
  addRelease(id: string, release: Omit<MemoryRelease, 'id' | 'createdAt'>): string {
    this.requireRoom(id, release.live);
    const { live, releases } = this.findOrEmpty(id);
    const former = releases.map((old, index) => (index === releases.length - 1 ? { ...old, live } : old));
    const next: MemoryRelease = { id: `r${releases.length + 1}`, createdAt: this.timestamp(), ...release };
    this.#applications.set(id, { id, live: release.live, releases: [...former, next] });
    return next.id;
  }

  /** Nothing happens to a release that is not there. */
  setPin(id: string, release: string, pin: ReleasePin | undefined): void {
    const application = this.require(id);
    const releases = application.releases.map(({ pin: before, ...old }) =>
      old.id === release ? { ...old, ...(pin && { pin }) } : { ...old, ...(before && { pin: before }) },
    );
    this.#applications.set(id, { ...application, releases });
  }

  newDeploymentId(): string {
    this.#deployments += 1;
    return String(this.#deployments);
  }

  timestamp(): string {
    return new Date(this.#clock.now()).toISOString();
  }
}
