/** The adapter for Google against this platform's own surfaces: the same requests, another server. */
import { openGoogle } from '../../src/adapters/google/open-google.ts';
import { hurriedClock } from '../hurried-clock.ts';
import { startedPlatform } from '../platform/started-platform.ts';
import { describeBackendContract } from './backend-contract.ts';

describeBackendContract(
  'google (on this platform)',
  async () => {
    const platform = await startedPlatform();
    const { controlPort, token } = platform.daemon;
    const environment = {
      APPCFG_GOOGLE_API_ENDPOINT: `http://127.0.0.1:${controlPort}`,
      APPCFG_GOOGLE_ACCESS_TOKEN: token,
      APPCFG_GOOGLE_REGION: 'local',
      HOME: platform.home,
    };
    const backend = openGoogle({ environment, createdBy: 'contract', clock: hurriedClock });
    return {
      backend,
      cleanup: async () => {
        await backend.close();
        await platform.cleanup();
      },
    };
  },
  { roles: ['settings', 'instances', 'logs', 'source'], partly: ['cron', 'queues'] },
);
