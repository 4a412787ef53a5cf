import { createMemoryBackend } from '../../src/adapters/memory/memory-backend.ts';
import { systemClock } from '../../src/support/clock.ts';
import { describeBackendContract } from './backend-contract.ts';

describeBackendContract(
  'memory',
  async () => ({ backend: createMemoryBackend({ clock: systemClock }), cleanup: async () => {} }),
  {
    roles: [
      'settings',
      'instances',
      'logs',
      'source',
      'cron',
      'queues',
      'lock',
      'pins',
      'usage',
      'secrets',
      'monitoring',
      'webhooks',
    ],
  },
);
