/** Pins of the memory backend's releases. */
import type { PinsRole } from '../../backend/operator-roles.ts';
import { failure } from '../../errors.ts';
import type { ReleasePin, ReleaseSummary } from '../../model/release.ts';
import type { MemoryLocks } from './memory-locks.ts';
import { type MemoryParts, memoryReleases } from './memory-releases.ts';

/** @param held the lock that this client holds */
export function memoryPins(parts: MemoryParts, locks: MemoryLocks, held: string | undefined): PinsRole {
  const { store, createdBy } = parts;
  const { list } = memoryReleases(parts);
  const set = async (application: string, release: string, pin: ReleasePin | undefined): Promise<ReleaseSummary> => {
    store.require(application);
    locks.check(application, held);
    store.setPin(application, release, pin);
    const found = (await list(application)).find(({ id }) => id === release);
    if (!found) throw failure('release.not-found', { application, release });
    return found;
  };
  return {
    pin: (application, release, { reason } = {}) =>
      set(application, release, {
        at: store.timestamp(),
        by: createdBy,
        ...(reason === undefined ? {} : { reason }),
      }),
    unpin: (application, release) => set(application, release, undefined),
  };
}
