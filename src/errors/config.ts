/** Errors of config. */
import { entry } from './entry.ts';

export const configErrors = {
  'config.invalid': entry({
    fault: 'user',
    exitCode: 1,
    message: (d: { readonly errors: number; readonly files: number; readonly diagnostics: readonly unknown[] }) =>
      `${d.errors} ${d.errors === 1 ? 'problem' : 'problems'} in ${d.files} ${d.files === 1 ? 'file' : 'files'}; nothing was sent.`,
    hints: () => ['Check again without deploying: appcfg validate'],
  }),
  'cron.bad-schedule': entry({
    fault: 'user',
    exitCode: 1,
    message: (d: { readonly url: string; readonly schedule: string; readonly problem: string }) =>
      `The schedule "${d.schedule}" of ${d.url} can't be understood: ${d.problem}.`,
    hints: () => ['Write, for example: every 24 hours; every monday 09:00; 1 of month 04:30.'],
  }),
};
