/** Errors of platform. */
import { entry } from './entry.ts';

export const platformErrors = {
  'platform.port-in-use': entry({
    fault: 'environment',
    exitCode: 1,
    message: (d: { readonly port: number; readonly what: string }) =>
      `Port ${d.port} (${d.what}) is in use by another program.`,
    hints: () => ['Choose another one with APPCFG_PORT and APPCFG_CONTROL_PORT, or 0 for any free port.'],
  }),
  'instance.start-failed': entry({
    fault: 'user',
    exitCode: 1,
    message: (d: { readonly module: string; readonly version: string; readonly reason: string; readonly output: readonly string[] }) =>
      `Version ${d.version} of module ${d.module} did not start: ${d.reason}.`,
    hints: () => [],
  }),
};
