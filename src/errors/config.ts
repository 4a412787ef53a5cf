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
};
