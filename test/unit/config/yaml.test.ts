/** Bytes to yaml trees: what is refused, where it points to, and that nothing crashes it. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseModuleFile } from '../../../src/config/app/parse-module-file.ts';
import { parseSettingsFile } from '../../../src/config/settings/settings-file.ts';
import { MAX_YAML_BYTES } from '../../../src/config/yaml/decode.ts';
import { readYaml } from '../../../src/config/yaml/read-yaml.ts';
import { settingsKinds } from '../../../src/model/settings.ts';
import { written } from './cases.ts';

const bytes = (...parts: readonly (string | number)[]) =>
  new Uint8Array(parts.flatMap((part) => (typeof part === 'number' ? [part] : [...new TextEncoder().encode(part)])));

const firstOf = (source: string | Uint8Array) => written(readYaml(source, 'app.yaml').diagnostics)[0];

describe('readYaml', () => {
  it('points to the first byte that is not UTF-8', () => {
    expect(firstOf(bytes('é: 1\nab: ', 0xff, 0xfe, '\n'))).toBe(
      'error not-utf8 2:5  | The file is not UTF-8 text: the bytes here are not a character. | Save the file as UTF-8.',
    );
  });

  it('takes U+FFFD that is really in the file', () => {
    expect(readYaml(bytes('a: \ufffd\n'), 'app.yaml').diagnostics).toEqual([]);
    expect(firstOf(bytes('a: \ufffd\nb: ', 0xc3))).toContain('not-utf8 2:4');
  });

  it('refuses control characters', () => {
    expect(firstOf('a: 1\nb: \u0007\n')).toContain('error not-utf8 2:4  | The file holds the control character U+0007');
  });

  it('takes a byte order mark and Windows line ends, with positions as an editor shows them', () => {
    const { root, diagnostics } = readYaml(bytes(0xef, 0xbb, 0xbf, 'a: 1\r\nb: 2\r\n'), 'app.yaml');
    expect(diagnostics).toEqual([]);
    expect(root).toMatchObject({
      entries: [{ key: 'a' }, { key: 'b', keyAt: { line: 2, column: 1 }, value: { text: '2' } }],
    });
  });

  it('refuses a file that is too large without parsing it', () => {
    expect(firstOf(new Uint8Array(MAX_YAML_BYTES + 1))).toContain('error file-too-large 1:1');
  });

  it.each(['['.repeat(100_000), '- '.repeat(50_000), '{a: '.repeat(10_000), '? '.repeat(10_000)])(
    'refuses deep nesting (%#)',
    (text) => {
      expect(firstOf(text)).toContain('error yaml-depth 1:1');
    },
  );

  it('takes a document with many keys', () => {
    const keys = Array.from({ length: 5_000 }, (_, index) => `key${index}: 1`).join('\n');
    const { root } = readYaml(keys, 'app.yaml');
    expect(root).toMatchObject({ kind: 'map' });
    expect(root?.kind === 'map' && root.entries.length).toBe(5_000);
  });

  it('keeps keys that are names of object members apart from them', () => {
    const { diagnostics } = parseModuleFile(
      'runtime: php55\nconstructor: 1\n__proto__: 2\nenv_variables:\n  __proto__: x\n',
      'app.yaml',
    );
    expect(written(diagnostics).map((line) => line.split(' |')[0])).toEqual([
      'error unknown-key 2:1 constructor',
      'error unknown-key 3:1 __proto__',
    ]);
  });

  it('refuses keys that are not words', () => {
    expect(firstOf('? [a, b]\n: 1\n')).toContain('error wrong-type 1:3  | A key must be a plain word');
  });

  it('takes core tags and refuses others', () => {
    expect(readYaml('a: !!str 010\n', 'app.yaml').root).toMatchObject({
      entries: [{ value: { text: '010', value: '010' } }],
    });
    expect(firstOf('a: !foo 1\n')).toContain('error yaml-tag 1:4 a | "!foo" is a yaml tag');
  });
});

/** Text that looks like yaml more often than random text does. */
const yamlish = fc
  .array(
    fc.constantFrom(
      ...[
        'a',
        'url',
        'handlers',
        ':',
        ': ',
        '-',
        '- ',
        '\n',
        '  ',
        '\t',
        '[',
        ']',
        '{',
        '}',
        ',',
        '"',
        "'",
        '&x ',
        '*x',
      ],
      ...[
        '!t ',
        '|',
        '>',
        '#',
        '---\n',
        '...\n',
        '?',
        '%YAML',
        '1:30',
        '010',
        'yes',
        '~',
        '<<',
        '\\',
        '\r',
        'é',
        '\u2028',
      ],
    ),
    { maxLength: 60 },
  )
  .map((parts) => parts.join(''));

function everyParser(source: string | Uint8Array): void {
  for (const diagnostic of parseModuleFile(source, 'app.yaml').diagnostics) {
    expect(diagnostic.line).toBeGreaterThan(0);
    expect(diagnostic.column).toBeGreaterThan(0);
    expect(diagnostic.message).not.toBe('');
  }
  for (const kind of settingsKinds) parseSettingsFile(kind, source, `${kind}.yaml`);
}

describe('random files', () => {
  it('of bytes never crash a parser', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), everyParser), { numRuns: 500 });
  });

  it('of yaml-like text never crash a parser', () => {
    fc.assert(fc.property(yamlish, everyParser), { numRuns: 1500 });
  });

  it('of known keys with any values never crash a parser', () => {
    const keys = [
      'runtime',
      'handlers',
      'env_variables',
      'libraries',
      'builtins',
      'includes',
      'automatic_scaling',
      'skip_files',
    ];
    const line = fc.tuple(
      fc.constantFrom(...keys, 'dispatch', 'cron', 'queue', 'indexes', 'blacklist'),
      fc.json({ maxDepth: 3 }),
    );
    const document = fc
      .array(line, { maxLength: 6 })
      .map((lines) => lines.map(([key, value]) => `${key}: ${value}\n`).join(''));
    fc.assert(fc.property(document, everyParser), { numRuns: 500 });
  });
});
