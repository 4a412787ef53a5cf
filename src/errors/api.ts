/** Errors of the surfaces that other people's tools talk to: Admin API, Cloud Storage, legacy protocol. */
import { entry } from './entry.ts';

export const apiErrors = {
  'api.invalid': entry({
    fault: 'user',
    exitCode: 1,
    message: (d: { readonly field: string; readonly reason: string }) => `${d.field} ${d.reason}.`,
  }),
  'api.bad-version': entry({
    fault: 'user',
    exitCode: 1,
    message: (d: { readonly problem: string; readonly others: number; readonly diagnostics: readonly unknown[] }) =>
      `This version can't be deployed: ${d.problem}${d.others > 0 ? ` (and ${d.others} more)` : ''}`,
  }),
  'api.bad-settings': entry({
    fault: 'user',
    exitCode: 1,
    message: (d: { readonly what: string; readonly problem: string; readonly diagnostics: readonly unknown[] }) =>
      `This ${d.what} configuration can't be used: ${d.problem}`,
  }),
  'api.not-found': entry({
    fault: 'user',
    exitCode: 1,
    message: (d: { readonly what: string; readonly name: string }) => `There is no ${d.what} ${d.name}.`,
  }),
  'api.exists': entry({
    fault: 'user',
    exitCode: 1,
    message: (d: { readonly what: string; readonly name: string }) => `There is a ${d.what} ${d.name} already.`,
  }),
  'api.refused': entry({
    fault: 'user',
    exitCode: 1,
    message: (d: { readonly reason: string }) => `${d.reason}.`,
  }),
  'api.condition': entry({
    fault: 'user',
    exitCode: 1,
    message: (d: { readonly condition: string; readonly found: string }) =>
      `The condition ${d.condition} does not hold: found ${d.found}.`,
  }),
  'legacy.transaction-open': entry({
    fault: 'user',
    exitCode: 1,
    // As Google's server said it.
    message: (d: { readonly application: string; readonly version: string; readonly user: string }) =>
      `Another transaction by user ${d.user} is already in progress for app: s~${d.application}, version: ${d.version}. That user can undo the transaction with "appcfg rollback".`,
  }),
};
