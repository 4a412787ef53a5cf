/** Errors of cli. */
import { entry } from './entry.ts';

export const cliErrors = {
  interrupted: entry({
    fault: 'user',
    exitCode: 130,
    message: (d: { readonly where: string }) => `Interrupted ${d.where}.`,
  }),
  internal: entry({
    fault: 'bug',
    exitCode: 70,
    message: (d: { readonly reason: string }) => `This is a bug in appcfg: ${d.reason}`,
    hints: () => ['Run again with APPCFG_DEBUG=1 to see where it happened, and report it.'],
  }),
};
