import { describe, expect, it } from 'vitest';
import { cleanPath, decodePath, encodePath, parseTarget } from '../../../../src/platform/router/request-path.ts';

describe('request targets', () => {
  it.each([
    ['/', '/', '', '/'],
    ['/a?b=1?2', '/a', '?b=1?2', '/a'],
    ['/a%20b%2Fc', '/a%20b%2Fc', '', '/a b/c'],
    ['/%e2%82%ac', '/%e2%82%ac', '', '/€'],
    ['/?', '/', '?', '/'],
  ])('%s', (target, rawPath, query, path) => {
    expect(parseTarget(target)).toEqual({ rawPath, query, path });
  });

  it('may be absolute', () => {
    expect(parseTarget('http://h.example:81/a?b')).toEqual({
      rawPath: '/a',
      query: '?b',
      path: '/a',
      authority: 'h.example:81',
    });
    expect(parseTarget('HTTP://h')).toMatchObject({ rawPath: '/', authority: 'h' });
    expect(parseTarget('http://h?x')).toMatchObject({ rawPath: '/', query: '?x' });
  });

  it('are refused when they are no paths', () => {
    for (const target of ['*', 'host:443', '', 'ftp://h/', 'http://user@h/', 'http:///x'])
      expect(parseTarget(target)).toBeUndefined();
  });
});

describe('decoding', () => {
  it.each([
    ['/%', '/%'],
    ['/%4', '/%4'],
    ['/%zz', '/%zz'],
    ['/%41%', '/A%'],
    ['/%2e%2E/', '/../'],
    ['/a+b', '/a+b'],
    ['/%00', '/\u0000'],
    ['/%ff', '/\ufffd'],
  ])('%s', (raw, decoded) => {
    expect(decodePath(raw)).toBe(decoded);
  });
});

describe('cleaning', () => {
  // Measured on App Engine's development server: changed paths are redirected, double slashes are kept.
  it.each([
    ['/a/./b', '/a/b'],
    ['/a/../b', '/b'],
    ['/../../etc/passwd', '/etc/passwd'],
    ['/a/..', '/'],
    ['/a/b/..', '/a/'],
    ['/a/.', '/a/'],
    ['/.', '/'],
    ['//a/../b', '//b'],
    ['/a//../b', '/a/b'],
    ['/a//b', undefined],
    ['/.well-known/x', undefined],
    ['/..a/b.', undefined],
    ['/a/...', undefined],
    ['/a/', undefined],
  ])('4b %s', (path, cleaned) => {
    expect(cleanPath(path)).toBe(cleaned);
  });

  it('leaves nothing to clean', () => {
    for (const path of ['/a/./../b/../..', '/./.', '/x/../../y/.']) {
      const cleaned = cleanPath(path);
      expect(cleaned).toMatch(/^\//);
      expect(cleanPath(cleaned ?? '')).toBeUndefined();
    }
  });

  it('encodes what a Location header may not hold', () => {
    expect(encodePath('/a b/?#\r\n€')).toBe('/a%20b/%3F%23%0D%0A%E2%82%AC');
  });
});
