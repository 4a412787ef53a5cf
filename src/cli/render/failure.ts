/** A failure -> what happened, why, what to do next. */
import type { ErrorBody } from '../../errors.ts';
import type { Diagnostic } from '../../model/diagnostic.ts';
import { renderDiagnostics, type SourceLine } from './diagnostic.ts';
import { printable } from './printable.ts';
import type { Style } from './style.ts';

export interface FailureView {
  readonly body: Pick<ErrorBody, 'message' | 'hints' | 'details'>;
  readonly style: Style;
  readonly sourceLine?: SourceLine;
  /** Stack traces, only for our own bugs and on demand. */
  readonly stack?: string;
}

export function renderFailure(view: FailureView): string {
  const { body, style } = view;
  const blocks: string[] = [];
  const diagnostics = diagnosticsOf(body.details);
  if (diagnostics.length > 0) blocks.push(renderDiagnostics(diagnostics, style, view.sourceLine));
  blocks.push(`${style.red('Error:')} ${body.message}`);
  const output = outputOf(body.details);
  if (output.length > 0) {
    blocks.push(
      `${style.bold('The last lines it printed:')}\n${output.map((line) => `  ${style.dim('|')} ${line}`).join('\n')}`,
    );
  }
  const [first, ...rest] = body.hints;
  if (first !== undefined) {
    blocks.push([`${style.cyan('Hint:')}  ${first}`, ...rest.map((hint) => `       ${hint}`)].join('\n'));
  }
  if (view.stack !== undefined) blocks.push(style.dim(view.stack));
  return blocks.join('\n');
}

/** The errors: warnings were shown when they were found. */
function diagnosticsOf(details: Readonly<Record<string, unknown>>): readonly Diagnostic[] {
  if (!Array.isArray(details.diagnostics)) return [];
  return (details.diagnostics as readonly Diagnostic[]).filter((diagnostic) => diagnostic.severity === 'error');
}

function outputOf(details: Readonly<Record<string, unknown>>): readonly string[] {
  return Array.isArray(details.output) ? details.output.map((line) => printable(String(line))) : [];
}
