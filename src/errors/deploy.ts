/** Errors of deploy. */
import { entry } from './entry.ts';

export const deployErrors = {
  'deploy.default-not-first': entry({
    fault: 'user',
    exitCode: 1,
    message: (d: { readonly application: string; readonly first: string; readonly command: string }) =>
      `Application ${d.application} is new, so its default module must be first; ${d.first} is first in this list.`,
    hints: (d) => [`Run: ${d.command}`, 'Or let appcfg order them: --auto-order'],
  }),
  'deploy.default-missing': entry({
    fault: 'user',
    exitCode: 1,
    message: (d: { readonly application: string }) =>
      `Application ${d.application} is new, and none of these files describes its default module.`,
    hints: () => ['Add the yaml file of the default module (the one without a module: line) as the first argument.'],
  }),
};
