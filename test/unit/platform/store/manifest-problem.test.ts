import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ManifestFile } from '../../../../src/model/manifest.ts';
import { manifestProblem } from '../../../../src/platform/store/manifest-problem.ts';

const digest = 'a'.repeat(64);
const file = (path: string, change: Partial<ManifestFile> = {}): ManifestFile => ({
  path,
  digest,
  size: 1,
  isExecutable: false,
  ...change,
});
const problemOf = (files: readonly (string | ManifestFile)[], ignoresCase = false) =>
  manifestProblem({ files: files.map((entry) => (typeof entry === 'string' ? file(entry) : entry)) }, ignoresCase);

describe('manifestProblem', () => {
  it.each([
    [[]],
    [['app.yaml', 'static/a.css', 'static/b/c.js', 'static-b']],
    [['...', '.hidden', 'a b', 'ünïcode/日本', 'a/A', 'a/a', 'A']],
    [['x'.repeat(255), 'ä'.repeat(127)]],
  ])('accepts %j', (paths) => {
    expect(problemOf(paths)).toBeUndefined();
  });

  it.each([
    ['../escape', /part "\.\."/],
    ['a/../../b', /part "\.\."/],
    ['/etc/passwd', /absolute/],
    ['', /empty/],
    ['a//b', /empty part/],
    ['a/./b', /part "\."/],
    ['a\\b', /backslash/],
    ['a\0b', /control/],
    ['a\nb', /control/],
    ['x'.repeat(256), /255 bytes/],
    ['ä'.repeat(128), /255 bytes/],
    ['half \ud83d pair', /Unicode/],
  ])('refuses %j', (path, problem) => {
    expect(problemOf(['fine', path])).toEqual({ path, problem: expect.stringMatching(problem) });
  });

  it.each([
    [{ digest: 'abc' }, /digest/],
    [{ digest: '../../../../etc/passwd' }, /digest/],
    [{ digest: 'A'.repeat(64) }, /digest/],
    [{ size: -1 }, /size/],
    [{ size: 1.5 }, /size/],
    [{ size: Number.NaN }, /size/],
  ])('refuses a file with %j', (change, problem) => {
    expect(problemOf([file('a', change)])?.problem).toMatch(problem);
  });

  it('refuses a path twice, and a file that is also a directory, in either order', () => {
    expect(problemOf(['a', 'b', 'a'])).toEqual({ path: 'a', problem: 'is listed twice' });
    expect(problemOf(['a', 'a/b/c'])).toEqual({ path: 'a', problem: 'is a file and a directory at once' });
    expect(problemOf(['a/b/c', 'a/b'])).toEqual({ path: 'a/b', problem: 'is a file and a directory at once' });
  });

  it.each([[['readme', 'README']], [['a/x', 'A/y']], [['a/x/1', 'a/X/2']], [['a/x', 'A']], [['\u00e9', 'e\u0301']]])(
    'refuses %j only where the file system takes them for one',
    (paths) => {
      expect(problemOf(paths)).toBeUndefined();
      expect(problemOf(paths, true)?.problem).toMatch(/only in case/);
    },
  );

  it('accepts exactly the sets of paths that a directory can hold', () => {
    const path = fc
      .array(fc.constantFrom('a', 'b', 'c'), { minLength: 1, maxLength: 3 })
      .map((parts) => parts.join('/'));
    fc.assert(
      fc.property(fc.array(path, { maxLength: 8 }), (paths) => {
        const isPossible =
          new Set(paths).size === paths.length &&
          !paths.some((one) => paths.some((other) => other.startsWith(`${one}/`)));
        expect(problemOf(paths) === undefined).toBe(isPossible);
      }),
    );
  });
});
