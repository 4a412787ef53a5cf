/** What plugins test their backends with: `appcfg/backend-contract`. */
import { createStateBackend } from '../../src/adapters/memory/state-backend.ts';
import { failure } from '../../src/errors.ts';

export { describeBackendContract } from './backend-contract.ts';

/** What a plugin's hook is given. */
export const pluginApi = { failure, createStateBackend };
