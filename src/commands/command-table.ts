/** Every command, loaded when it is asked for. */
import type { CommandTable } from '../cli/command-table.ts';

export const commands: CommandTable = {
  deploy: () => import('./deploy.ts'),
  'platform:restart': () => import('./platform/restart.ts'),
  'platform:run': () => import('./platform/run.ts'),
  'platform:start': () => import('./platform/start.ts'),
  'platform:status': () => import('./platform/status.ts'),
  'platform:stop': () => import('./platform/stop.ts'),
  update: () => import('./update.ts'),
  version: () => import('./version.ts'),
};
