/** Python's expressions mean the same in JavaScript. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compilePythonRegex, groupCount, pythonRegex } from '../../../src/support/python-regex.ts';

function matches(source: string, text: string, anchoring: 'anywhere' | 'start' | 'whole' = 'start'): boolean {
  const expression = compilePythonRegex(source, anchoring);
  if (!(expression instanceof RegExp)) throw new Error(`${source}: ${expression.problem}`);
  return expression.test(text);
}

/** As Python's re.match answers. */
const table: readonly (readonly [source: string, text: string, isMatch: boolean])[] = [
  ['^(.*/)?((#.*#)|(.*~)|(.*\\.py[co])|(.*/RCS/.*)|(\\..*)|)$', 'a/b.pyc', true],
  ['^(.*/)?((#.*#)|(.*~)|(.*\\.py[co])|(.*/RCS/.*)|(\\..*)|)$', 'a/b.py', false],
  ['(?P<word>a+)-(?P=word)', 'aa-aa', true],
  ['(?P<word>a+)-(?P=word)$', 'aa-a', false],
  ['a(?i)B', 'Ab', true],
  ['(?i)ABC', 'abc', true],
  ['abc', 'abcdef', true],
  ['b', 'abc', false],
  ['a\\Z', 'a\n', false],
  ['a$', 'a\n', true],
  ['a$', 'a\nb', false],
  ['(?m)a$', 'a\nb', true],
  ['a|b', 'b', true],
  ['\\Aa', 'a', true],
  ['[]a]+$', ']a]', true],
  ['[^]a]', ']', false],
  ['[a\\]b]+$', 'a]b', true],
  ['[[]x', '[x', true],
  ['a.b', 'a\u2028b', true],
  ['a.b', 'a\nb', false],
  ['(?s)a.b', 'a\nb', true],
  ['x{,2}$', 'xx', true],
  ['x{,2}$', 'xxx', false],
  ['x{2,}$', 'xxxx', true],
  ['a{b}', 'a{b}', true],
  ['a/b', 'a/b', true],
  ['(?x) a  b # comment\n c', 'abc', true],
  ['(?#comment)a', 'a', true],
  ['(a)\\1', 'aa', true],
  ['\\x41\\101', 'AA', true],
  ['\\07', '\u0007', true],
  ['\\a', '\u0007', true],
  ['\\_\\-\\/', '_-/', true],
  ['\\d+\\s\\w', '12 a', true],
  ['(?:a|b)(?=c)', 'ac', true],
  ['.*(?<!\\.py)$', 'a.py', false],
  ['', 'anything', true],
];

describe('compilePythonRegex', () => {
  it.each(table)('%j on %j: %j', (source, text, isMatch) => {
    expect(matches(source, text)).toBe(isMatch);
  });

  it('anchors all alternatives', () => {
    expect(matches('a|b', 'ab', 'whole')).toBe(false);
    expect(matches('a|ab', 'ab', 'whole')).toBe(true);
    expect(matches('a|b', 'xb', 'start')).toBe(false);
    expect(matches('a|b', 'xb', 'anywhere')).toBe(true);
    expect(matches('(?m)a', 'x\na', 'start')).toBe(false);
  });

  it.each([
    ['(', 'does not compile (unterminated group)'],
    ['a)', "does not compile (unmatched ')')"],
    ['[a', 'has a [ that is not closed'],
    ['a**', 'does not compile (nothing to repeat)'],
    ['*a', 'does not compile (nothing to repeat)'],
    ['a\\', 'ends with a backslash'],
    ['[z-a]', 'does not compile (range out of order in character class)'],
    ['(a)\\2', 'refers to group 2, which it does not have'],
    ['(?P=a)', 'refers to group a, which it does not have'],
    ['(?P<a>x)(?P<a>y)', 'has two groups named a'],
    ['(?(1)a|b)', 'uses (?(1..., which is not supported'],
    ['(?<name>a)', 'uses (?<n..., which is not supported'],
  ])('refuses %j: it %s', (source, problem) => {
    expect(compilePythonRegex(source, 'start')).toEqual({ problem });
  });

  it('never throws, and what it translates always compiles', () => {
    const part = fc.constantFrom(...'()[]{}^$.*+?|\\/,-:<>=!#PimsxAZd01 a\n'.split(''));
    fc.assert(
      fc.property(fc.array(part, { maxLength: 15 }), (parts) => {
        const translated = pythonRegex(parts.join(''));
        if (translated.ok) new RegExp(translated.source, translated.flags);
        else expect(translated.problem).not.toBe('');
      }),
      { numRuns: 3000 },
    );
  });

  it('takes text that was escaped for what it is', () => {
    const escaped = (text: string) => text.replaceAll(/[^A-Za-z0-9]/g, (character) => `\\${character}`);
    fc.assert(
      fc.property(
        fc.string({ maxLength: 20 }).filter((text) => !/[\n\r\u2028\u2029]/.test(text)),
        (text) => {
          expect(matches(escaped(text), text, 'whole')).toBe(true);
        },
      ),
    );
  });
});

it('counts groups', () => {
  expect(['a', '(a)(b)', '(?:a)(?P<n>b)', '(a)|(b)', '('].map(groupCount)).toEqual([0, 2, 1, 2, 0]);
});
