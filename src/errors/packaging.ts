/** Errors of packaging. */
import { entry } from './entry.ts';

export const packagingErrors = {
  'packaging.unreadable': entry({
    fault: 'environment',
    exitCode: 1,
    message: (d: { readonly path: string; readonly reason: string }) => `Can't read ${d.path}: ${d.reason}.`,
  }),
};
