/** The contract over the platform itself. */
import { startedPlatform } from '../platform/started-platform.ts';
import { describeBackendContract } from './backend-contract.ts';
import { allRoles } from './roles-contract.ts';

describeBackendContract('platform', startedPlatform, { roles: allRoles });
