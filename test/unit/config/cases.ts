/** Reads the tables of inputs and expected findings in test/fixtures/config. */
import { readFileSync } from 'node:fs';
import type { Diagnostic } from '../../../src/model/diagnostic.ts';

export interface Case {
  /** Number of the bad-input group, or `-`. */
  readonly group: string;
  readonly title: string;
  readonly input: string;
  /** One line a finding. */
  readonly expected: readonly string[];
}

const base = 'application: a\nversion: v1\nruntime: python27\nthreadsafe: true\n';

export function readCases(name: string): readonly Case[] {
  const text = readFileSync(new URL(`../../fixtures/config/${name}`, import.meta.url), 'utf8');
  return text
    .split(/^=== /m)
    .slice(1)
    .map((section) => {
      const [heading = '', ...lines] = section.trimEnd().split('\n');
      const [group = '', ...words] = heading.split(' ');
      const isFinding = (line: string) => line.startsWith('--- ');
      const body = lines.filter((line) => !isFinding(line)).join('\n');
      const isBased = words.at(-1) === '(base)';
      return {
        group,
        title: (isBased ? words.slice(0, -1) : words).join(' '),
        input: `${isBased ? base : ''}${repeated(body)}${body === '' ? '' : '\n'}`,
        expected: lines.filter(isFinding).map((line) => repeated(line.slice(4))),
      };
    });
}

function repeated(text: string): string {
  return text.replaceAll(/\{\{(.)\*(\d+)\}\}/g, (_all, letter: string, count: string) => letter.repeat(Number(count)));
}

/** In the order of the text, as the tables write it. */
export function written(diagnostics: readonly Diagnostic[]): readonly string[] {
  return [...diagnostics]
    .sort((one, other) => one.line - other.line || one.column - other.column)
    .map(({ severity, code, line, column, path, message, hint }) =>
      `${severity} ${code} ${line}:${column} ${path} | ${message} | ${hint ?? ''}`.trimEnd(),
    );
}
