/** What was found in yaml files -> findings, then a verdict. */
import type { Validation } from '../../operate/validate.ts';
import { diagnosticTotals, renderDiagnostics, type SourceLine } from './diagnostic.ts';
import type { Style } from './style.ts';

export function renderValidation(validation: Validation, style: Style, sourceLine: SourceLine): string {
  const { diagnostics, isValid, modules, settings, notes } = validation;
  const files = [...modules.map((module) => module.file), ...Object.values(settings)];
  const totals = diagnosticTotals(diagnostics);
  const verdict = isValid
    ? `${style.green('Valid:')} ${files.join(', ')}${diagnostics.length === 0 ? '' : `, with ${totals}`}`
    : `${style.red('Not valid:')} ${totals}`;
  return [
    ...(diagnostics.length === 0 ? [] : [renderDiagnostics(diagnostics, style, sourceLine)]),
    ...notes.map((note) => `${style.dim('note:')} ${note}`),
    verdict,
  ].join('\n');
}
