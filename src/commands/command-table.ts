/** Every command, loaded when it is asked for. */
import type { CommandTable } from '../cli/command-table.ts';

export const commands: CommandTable = {
  deploy: () => import('./deploy.ts'),
  update: () => import('./update.ts'),
  version: () => import('./version.ts'),
};
