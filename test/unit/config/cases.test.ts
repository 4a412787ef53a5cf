/** The tables of bad and good files: every input gives exactly the findings written beside it. */
import { describe, expect, it } from 'vitest';
import { parseModuleFile } from '../../../src/config/app/parse-module-file.ts';
import { parseSettingsFile } from '../../../src/config/settings/settings-file.ts';
import type { Diagnostic } from '../../../src/model/diagnostic.ts';
import type { SettingsKind } from '../../../src/model/settings.ts';
import { readCases, written } from './cases.ts';

type Parse = (input: string) => readonly Diagnostic[];

const settings =
  (kind: SettingsKind, file: string): Parse =>
  (input) =>
    parseSettingsFile(kind, input, file).diagnostics;

const tables: readonly (readonly [string, Parse])[] = [
  ['app', (input) => parseModuleFile(input, 'app.yaml').diagnostics],
  ['dispatch', settings('dispatch', 'dispatch.yaml')],
  ['cron', settings('cron', 'cron.yaml')],
  ['queue', settings('queues', 'queue.yaml')],
  ['index', settings('indexes', 'index.yaml')],
  ['dos', settings('dos', 'dos.yaml')],
];

describe.each(tables)('%s.yaml', (name, parse) => {
  it.each(readCases(`${name}.cases`))('group $group: $title', ({ input, expected }) => {
    const diagnostics = parse(input);
    expect(written(diagnostics)).toEqual(expected);
    for (const diagnostic of diagnostics) expect(diagnostic.file).toBe(`${name}.yaml`);
  });
});

/** Groups whose inputs are not whole files, or too long to write down; named with the test that has them. */
const elsewhere: Readonly<Record<string, string>> = {
  '38': 'module-file.test.ts',
  '65': 'includes.test.ts',
  '75': 'load-together.test.ts',
  '76': 'load-together.test.ts',
  '77': 'the command line',
  '78': 'load-together.test.ts',
};

describe('the list of bad inputs', () => {
  it('is covered from group 1 to group 104', () => {
    const covered = new Set(tables.flatMap(([name]) => readCases(`${name}.cases`).map(({ group }) => group)));
    const groups = Array.from({ length: 104 }, (_, index) => String(index + 1));
    expect(groups.filter((group) => !covered.has(group) && elsewhere[group] === undefined)).toEqual([]);
  });

  it('says what to write in every finding', () => {
    const lines = tables.flatMap(([name]) => readCases(`${name}.cases`).flatMap(({ expected }) => expected));
    expect(lines.filter((line) => line.endsWith('|'))).toEqual([]);
  });
});
