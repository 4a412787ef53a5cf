/** How an application would behave somewhere -> findings, then a verdict. */
import type { TargetCheck } from '../../operate/check-target.ts';
import { diagnosticTotals, renderDiagnostics, type SourceLine } from './diagnostic.ts';
import { printable } from './printable.ts';
import type { Style } from './style.ts';

const names: Readonly<Record<TargetCheck['target'], string>> = {
  google: "Google's App Engine",
  platform: 'the platform',
};

export function renderTargetCheck(check: TargetCheck, style: Style, sourceLine: SourceLine): string {
  const { target, diagnostics, files, isDeployable } = check;
  const totals = diagnosticTotals(diagnostics);
  const refusedFiles = files.length === 0 ? '' : `${diagnostics.length === 0 ? '' : ', '}${files.length} of its files`;
  const verdict = isDeployable
    ? `${style.green('Deployable')} to ${names[target]}${diagnostics.length === 0 ? ', with nothing that differs.' : `, with ${totals}.`}`
    : `${style.red('Not deployable')} to ${names[target]} as it is: ${diagnostics.length === 0 ? '' : totals}${refusedFiles}.`;
  return [
    ...(diagnostics.length === 0 ? [] : [renderDiagnostics(diagnostics, style, sourceLine)]),
    ...files.map(({ module, path, reason }) => `${style.red('error:')} ${module}: ${printable(path)}: ${reason}`),
    verdict,
  ].join('\n');
}
