/** The contract over the platform itself. */
import { startedPlatform } from '../platform/started-platform.ts';
import { describeBackendContract } from './backend-contract.ts';

describeBackendContract('platform', startedPlatform, {
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
});
