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
  'deploy.state-moved': entry({
    fault: 'user',
    exitCode: 1,
    message: (d: { readonly application: string }) =>
      `Application ${d.application} was changed since this was planned; nothing of it was done.`,
    hints: () => ['Look at what is live now (appcfg status), and plan again.'],
  }),
  'application.locked': entry({
    fault: 'user',
    exitCode: 1,
    message: (d: {
      readonly application: string;
      readonly holder: string;
      readonly reason: string;
      readonly since: string;
      readonly expiresAt: string;
    }) => `Application ${d.application} is locked by ${d.holder} since ${d.since}: ${d.reason}. Nothing was changed.`,
    hints: (d) => [
      `It ends by itself at ${d.expiresAt} at the latest. To wait for it: --wait (update, deploy and apply)`,
      `If ${d.holder} is gone: appcfg lock release -A ${d.application}`,
    ],
  }),
  'lock.lost': entry({
    fault: 'user',
    exitCode: 1,
    message: (d: { readonly application: string }) =>
      `The lock on application ${d.application} is not held any more: it was released, or its time was over.`,
    hints: (d) => [`Look who holds one: appcfg lock status -A ${d.application}`],
  }),
  'plan.not-written': entry({
    fault: 'environment',
    exitCode: 1,
    message: (d: { readonly file: string; readonly reason: string }) =>
      `The plan was not written to ${d.file}: ${d.reason}. Nothing was changed.`,
    hints: () => ['Name it *.appcfg-plan, which is never deployed, or write it to another directory.'],
  }),
  'plan.unreadable': entry({
    fault: 'user',
    exitCode: 1,
    message: (d: { readonly file: string; readonly reason: string }) =>
      `${d.file} can't be carried out as a plan: ${d.reason}. Nothing was changed.`,
    hints: () => ['Make a plan: appcfg update <paths> --plan-out FILE'],
  }),
  'plan.other-backend': entry({
    fault: 'user',
    exitCode: 1,
    message: (d: { readonly file: string; readonly planned: string; readonly backend: string }) =>
      `The plan ${d.file} was made for the backend ${d.planned}, and this one is ${d.backend}. Nothing was changed.`,
    hints: (d) => [`Apply it with --backend ${d.planned}, or plan again for ${d.backend}.`],
  }),
  'plan.variables': entry({
    fault: 'user',
    exitCode: 2,
    message: (d: {
      readonly file: string;
      readonly missing: readonly string[];
      readonly unknown: readonly string[];
    }) =>
      d.missing.length > 0
        ? `The plan ${d.file} was made with environment variables whose values it does not hold: ${d.missing.join(', ')}.`
        : `The plan ${d.file} was made without the environment variables ${d.unknown.join(', ')}.`,
    hints: (d) => [
      d.missing.length > 0
        ? `Give them again: ${d.missing.map((name) => `-E ${name}:VALUE`).join(' ')}`
        : 'Leave them out, or plan again with them.',
    ],
  }),
  'plan.moved': entry({
    fault: 'user',
    exitCode: 1,
    message: (d: {
      readonly file: string;
      readonly application: string;
      readonly plannedAt: string;
      readonly differences: readonly string[];
      readonly by: readonly string[];
    }) =>
      [
        `Application ${d.application} was changed since ${d.file} was planned at ${d.plannedAt}; nothing of the plan was done.`,
        ...d.differences.map((line) => `  ${line}`),
        ...(d.by.length === 0 ? [] : ['Changes since then:', ...d.by.map((line) => `  ${line}`)]),
      ].join('\n'),
    hints: () => ['Look at what is live now (appcfg status), and plan again.'],
  }),
  'plan.files-changed': entry({
    fault: 'user',
    exitCode: 1,
    message: (d: { readonly file: string; readonly differences: readonly string[] }) =>
      [
        `The files on this machine are not those that ${d.file} was planned with; nothing of the plan was done.`,
        ...d.differences.map((line) => `  ${line}`),
      ].join('\n'),
    hints: () => ['Put the files, and the variables that they use, back as they were, or plan again.'],
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
