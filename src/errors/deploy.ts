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
  'deploy.conflict': entry({
    fault: 'user',
    exitCode: 1,
    message: (d: { readonly application: string; readonly planned: string; readonly current: string }) =>
      `Application ${d.application} changed meanwhile: this deploy was planned against ${d.planned}, and ${d.current} is live now.`,
    hints: () => ['Run the same command again; files that were already sent are not sent twice.'],
  }),
  'deploy.dispatch-target-missing': entry({
    fault: 'user',
    exitCode: 1,
    message: (d: { readonly module: string; readonly url: string }) =>
      `The dispatch rule ${d.url} names module ${d.module}, which is neither live nor part of this deploy.`,
    hints: (d) => [`Deploy module ${d.module} in the same command, or correct the rule in dispatch.yaml.`],
  }),
  'deploy.nothing': entry({
    fault: 'user',
    exitCode: 1,
    message: (d: { readonly paths: readonly string[] }) =>
      `There is nothing to deploy in ${d.paths.join(', ')}: no module's yaml file and no settings file.`,
    hints: () => [
      'Name a directory with an app.yaml, or the yaml files themselves.',
      'Start a new application: appcfg init',
    ],
  }),
  'deploy.declined': entry({
    fault: 'user',
    exitCode: 1,
    message: (d: { readonly application: string }) =>
      `The deploy of application ${d.application} was declined; nothing was changed.`,
  }),
  'application.required': entry({
    fault: 'user',
    exitCode: 2,
    message: (_: { readonly diagnostics?: readonly unknown[] }) => 'No application is named; nothing was changed.',
    hints: () => ['Name it with -A, or with an application: line in app.yaml.'],
  }),
};
