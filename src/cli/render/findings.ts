/** What the doctor found -> a line each. */
import type { Finding } from '../../operate/doctor.ts';
import type { Style } from './style.ts';

export function renderFindings(findings: readonly Finding[], style: Style): string {
  const marks: Readonly<Record<Finding['state'], string>> = {
    ok: style.green('ok     '),
    warning: style.yellow('warning'),
    error: style.red('error  '),
  };
  const width = Math.max(0, ...findings.map((finding) => finding.what.length));
  return findings
    .map(({ state, what, detail, hint }) => {
      const line = `${marks[state]}  ${what.padEnd(width)}  ${detail}`;
      return hint === undefined ? line : `${line}\n${' '.repeat(width + 11)}${style.dim(hint)}`;
    })
    .join('\n');
}
