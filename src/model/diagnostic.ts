/** A finding in a file of the user's. */

/** Where a finding is that is not in a file. */
export const COMMAND_LINE = 'command line';

/** Of a file's text: line and column from 1, and the place inside the document. */
export type Place = Pick<Diagnostic, 'line' | 'column' | 'path'>;

export interface Diagnostic {
  readonly severity: 'error' | 'warning';
  /** Stable, for example `unknown-key`. */
  readonly code: string;
  /** As the user named it, or COMMAND_LINE. */
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** From 1. */
  readonly column: number;
  /** Place inside the document, `handlers[2].static_dir`. */
  readonly path: string;
  /** What is wrong and what was found. */
  readonly message: string;
  /** What to write instead. */
  readonly hint?: string;
}

export function hasErrors(diagnostics: readonly Diagnostic[]): boolean {
  return diagnostics.some((diagnostic) => diagnostic.severity === 'error');
}
