/** Findings in the user's files -> `file:line:column: error: message`, the line itself and a caret under the place. */
import { COMMAND_LINE, type Diagnostic } from '../../model/diagnostic.ts';
import { count } from './quantity.ts';
import type { Style } from './style.ts';

/** The text of a line of a file, undefined when it can't be had. */
export type SourceLine = (file: string, line: number) => string | undefined;

export function renderDiagnostic(diagnostic: Diagnostic, style: Style, sourceLine?: SourceLine): string {
  const paint = diagnostic.severity === 'error' ? style.red : style.yellow;
  const { file, line, column } = diagnostic;
  const place = file === COMMAND_LINE ? `${file}:` : `${file}:${line}:${column}:`;
  const lines = [`${style.bold(place)} ${paint(`${diagnostic.severity}:`)} ${diagnostic.message}`];
  const source = sourceLine?.(diagnostic.file, diagnostic.line);
  if (source !== undefined && source.trim() !== '') {
    lines.push(
      `  ${style.dim('|')} ${source}`,
      `  ${style.dim('|')} ${indentTo(source, diagnostic.column)}${paint('^')}`,
    );
  }
  if (diagnostic.hint !== undefined) lines.push(`  ${style.cyan('hint:')} ${diagnostic.hint}`);
  return lines.join('\n');
}

export function renderDiagnostics(diagnostics: readonly Diagnostic[], style: Style, sourceLine?: SourceLine): string {
  return diagnostics.map((diagnostic) => renderDiagnostic(diagnostic, style, sourceLine)).join('\n');
}

/** `2 errors and 1 warning`. */
export function diagnosticTotals(diagnostics: readonly Diagnostic[]): string {
  const errors = diagnostics.filter((diagnostic) => diagnostic.severity === 'error').length;
  const warnings = diagnostics.length - errors;
  const parts: string[] = [];
  if (errors > 0) parts.push(count(errors, 'error'));
  if (warnings > 0) parts.push(count(warnings, 'warning'));
  return parts.length === 0 ? 'no problems' : parts.join(' and ');
}

/** Blanks up to a column, keeping tabs so that the caret stands under its place whatever the tab width is. */
function indentTo(source: string, column: number): string {
  return [...source.slice(0, column - 1)].map((character) => (character === '\t' ? '\t' : ' ')).join('');
}
