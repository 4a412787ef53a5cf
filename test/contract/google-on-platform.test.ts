/** The adapter for Google against this platform's own surfaces: the same requests, another server. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { openGoogle } from '../../src/adapters/google/open-google.ts';
import { startPlatform } from '../../src/platform/platform.ts';
import { systemClock } from '../../src/support/clock.ts';
import { homeDirectories } from '../../src/support/home-directories.ts';
import { describeBackendContract } from './backend-contract.ts';

describeBackendContract(
  'google (on this platform)',
  async () => {
    const home = mkdtempSync(join(tmpdir(), 'appcfg-contract-'));
    const platform = await startPlatform({
      directories: homeDirectories({ APPCFG_HOME: home }),
      host: '127.0.0.1',
      port: 0,
      controlPort: 0,
      assetsDirectory: resolve(import.meta.dirname, '../../runtimes'),
      environment: { PATH: process.env.PATH },
      clock: systemClock,
    });
    const { controlPort, token } = platform.daemon;
    const environment = {
      APPCFG_GOOGLE_API_ENDPOINT: `http://127.0.0.1:${controlPort}`,
      APPCFG_GOOGLE_ACCESS_TOKEN: token,
      APPCFG_GOOGLE_REGION: 'local',
      HOME: home,
    };
    const backend = openGoogle({ environment, createdBy: 'contract', clock: systemClock });
    return {
      backend,
      cleanup: async () => {
        await backend.close();
        await platform.close();
        rmSync(home, { recursive: true, force: true });
      },
    };
  },
  { roles: ['settings', 'instances', 'logs', 'source'] },
);
