import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createPlatformBackend } from '../../src/adapters/platform/platform-backend.ts';
import { startPlatform } from '../../src/platform/platform.ts';
import { systemClock } from '../../src/support/clock.ts';
import { homeDirectories } from '../../src/support/home-directories.ts';
import { describeBackendContract } from './backend-contract.ts';

describeBackendContract(
  'platform',
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
    const backend = createPlatformBackend({ url: `http://127.0.0.1:${controlPort}`, token, createdBy: 'test' });
    return {
      backend,
      cleanup: async () => {
        await backend.close();
        await platform.close();
        rmSync(home, { recursive: true, force: true });
      },
    };
  },
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
      'console',
    ],
  },
);
