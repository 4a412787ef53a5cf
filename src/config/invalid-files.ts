/** Findings -> the failure that they are: of the options, of a missing application, or of the files. */
import { type AppcfgError, failure } from '../errors.ts';
import type { Diagnostic } from '../model/diagnostic.ts';
import type { DiagnosticCode } from './diagnostic-codes.ts';

/** All findings are shown with it, whichever it is. @param diagnostics at least one of them an error */
export function invalidFiles(diagnostics: readonly Diagnostic[]): AppcfgError {
  const errors = diagnostics.filter(({ severity }) => severity === 'error');
  const wrongOptions = errors.filter(({ code }) => code === ('bad-override' satisfies DiagnosticCode));
  if (wrongOptions.length > 0) return failure('usage.bad-options', { options: wrongOptions.length, diagnostics });
  if (errors.every(isNoApplication)) return failure('application.required', { diagnostics });
  const files = new Set(errors.map(({ file }) => file));
  return failure('config.invalid', { errors: errors.length, files: files.size, diagnostics });
}

function isNoApplication({ code, path }: Diagnostic): boolean {
  return code === ('missing-key' satisfies DiagnosticCode) && path === 'application';
}
