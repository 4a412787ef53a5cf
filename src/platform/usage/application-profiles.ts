/** The profile of each application: a setting of its own, which no release and no rollback touches. */
import { DEFAULT_PROFILE, type Profile, profiles } from '../../model/profile.ts';
import type { ApiResources } from '../api-resources.ts';

export class ApplicationProfiles {
  readonly #resources: ApiResources;

  constructor(resources: ApiResources) {
    this.#resources = resources;
  }

  of(application: string): Profile {
    const stored = this.#resources.get<{ readonly profile?: Profile }>({ application, kind: 'profile', id: '' });
    // Written by a newer platform, perhaps.
    return profiles.find((known) => known === stored?.profile) ?? DEFAULT_PROFILE;
  }

  /** Ids of the applications on the free one. */
  free(): readonly string[] {
    return this.#resources
      .list<{ readonly profile?: Profile }>('profile')
      .flatMap(({ application, value }) => (value.profile === 'free' ? [application] : []));
  }

  /** Durable on return. */
  set(application: string, profile: Profile): void {
    this.#resources.put({ application, kind: 'profile', id: '' }, { profile });
  }
}
