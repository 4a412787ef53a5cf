import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ignoredBy, parseIgnoreFile } from '../../../src/packaging/ignore-file.ts';
import { ignoreGlob } from '../../../src/packaging/ignore-glob.ts';

interface Recorded {
  readonly tree: readonly string[];
  readonly cases: readonly { readonly lines: readonly string[]; readonly leftOut: readonly string[] }[];
  readonly randomTree: readonly string[];
  readonly randomCases: readonly { readonly lines: readonly string[]; readonly leftOut: readonly number[] }[];
}

const fixture = new URL('../../fixtures/packaging/gcloudignore-recorded.json', import.meta.url);
const recorded = JSON.parse(readFileSync(fixture, 'utf8')) as Recorded;

/** As a walk sees it: an entry is gone when it or a directory above it is left out. */
function isLeftOut(lines: readonly string[], path: string): boolean {
  const rules = parseIgnoreFile('.gcloudignore', lines.join('\n'), () => []);
  const parts = path.split('/');
  return parts.some((_, index) => {
    const isDirectory = index < parts.length - 1;
    return ignoredBy(rules, parts.slice(0, index + 1).join('/'), isDirectory) !== undefined;
  });
}

describe('what gcloud leaves out', () => {
  it.each(recorded.cases.map((entry) => ({ ...entry, name: entry.lines.map((line) => `[${line}]`).join(' ') })))(
    '$name',
    ({ lines, leftOut }) => {
      expect(recorded.tree.filter((path) => isLeftOut(lines, path))).toEqual(leftOut);
    },
  );

  it(`is the same for ${recorded.randomCases.length} recorded random ignore files`, () => {
    for (const { lines, leftOut } of recorded.randomCases) {
      const expected = leftOut.map((index) => recorded.randomTree[index]);
      expect(
        recorded.randomTree.filter((path) => isLeftOut(lines, path)),
        lines.join(' | '),
      ).toEqual(expected);
    }
  });
});

describe('ignoreGlob', () => {
  const name = fc.string({ unit: fc.constantFrom('a', 'b', '.'), minLength: 1, maxLength: 4 });
  const path = fc.array(name, { minLength: 1, maxLength: 3 });
  const part = fc
    .string({ unit: fc.constantFrom('a', 'b', '.', '*', '?'), minLength: 1, maxLength: 4 })
    .filter((text) => !/^\*+$/.test(text));

  it('agrees with a slow reading of names, *, ? and /', () => {
    fc.assert(
      fc.property(fc.array(part, { minLength: 1, maxLength: 3 }), fc.boolean(), path, (pattern, isAnchored, names) => {
        const glob = ignoreGlob((isAnchored ? '/' : '') + pattern.join('/'));
        const isLength = isAnchored ? names.length === pattern.length : names.length >= pattern.length;
        const tail = names.slice(names.length - pattern.length);
        const expected = isLength && pattern.every((text, index) => slowMatch(text, tail[index] ?? ''));
        expect(glob?.matches(names.join('/'), false)).toBe(expected);
      }),
      { numRuns: 1000 },
    );
  });

  it('takes any line without failing', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.string(), (line, text) => {
        const verdict = ignoreGlob(line)?.matches(text, true);
        expect([undefined, true, false]).toContain(verdict);
      }),
    );
  });
});

function slowMatch(pattern: string, text: string): boolean {
  if (pattern === '') return text === '';
  const rest = pattern.slice(1);
  if (pattern.startsWith('*')) return slowMatch(rest, text) || (text !== '' && slowMatch(pattern, text.slice(1)));
  if (text === '') return false;
  return (pattern.startsWith('?') || pattern[0] === text[0]) && slowMatch(rest, text.slice(1));
}
