import { createMemoryBackend } from '../../src/adapters/memory/memory-backend.ts';
import { systemClock } from '../../src/support/clock.ts';
import { describeBackendContract } from './backend-contract.ts';
import { allRoles } from './roles-contract.ts';

describeBackendContract(
  'memory',
  async () => ({ backend: createMemoryBackend({ clock: systemClock }), cleanup: async () => {} }),
  { roles: allRoles.filter((role) => role !== 'console') },
);
