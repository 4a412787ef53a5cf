/** Profiles of the memory backend. */
import type { UsageRole } from '../../backend/backend.ts';
import { countedApplication, excesses } from '../../model/limit-excess.ts';
import type { MemoryStore } from './memory-store.ts';

export function memoryUsage(store: MemoryStore): UsageRole {
  return {
    setProfile: async (application, profile) => {
      store.setProfile(application, profile);
      return excesses(profile, countedApplication(store.view(store.require(application))));
    },
  };
}
