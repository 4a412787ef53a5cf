import { describe, expect, it } from 'vitest';
import type { VersionSpec } from '../../../../src/model/version-spec.ts';
import { affinityCookie, preferredInstance } from '../../../../src/platform/router/affinity.ts';
import { bodyProblem } from '../../../../src/platform/router/body-rules.ts';
import { deadlineMs, generationOf } from '../../../../src/platform/router/deadlines.ts';
import { compileDos } from '../../../../src/platform/router/dos-filter.ts';
import { mimeType } from '../../../../src/platform/router/mime-types.ts';
import { readHead } from '../../../../src/platform/router/request-head.ts';
import { staticSpec } from '../../../sample-spec.ts';

describe('denied addresses (dos.yaml)', () => {
  const denied = compileDos([
    { subnet: '1.2.3.4' },
    { subnet: '10.1.0.0/16' },
    { subnet: '2001:db8::/32' },
    { subnet: 'abcd::123' },
    { subnet: 'nonsense' },
    { subnet: '9.9.9.9/99' },
  ]);
  it.each([
    ['1.2.3.4', true],
    ['1.2.3.5', false],
    ['10.1.255.255', true],
    ['10.2.0.0', false],
    ['2001:db8:ffff::1', true],
    ['2001:db9::1', false],
    ['abcd::123', true],
    ['9.9.9.9', false],
    ['', false],
  ])('%s: %s', (address, isDenied) => {
    expect(denied?.(address)).toBe(isDenied);
  });
  it('cost nothing when there are none', () => {
    expect(compileDos([])).toBeUndefined();
  });
});

describe('bodies', () => {
  const problem = (method: string, headers: readonly string[], change: { path?: string; isFlexible?: boolean } = {}) =>
    bodyProblem({ method, path: '/x', isFlexible: false, ...change }, readHead(headers))?.status;
  it('4d are refused where HTTP gives them no meaning', () => {
    for (const method of ['GET', 'HEAD', 'DELETE', 'TRACE']) {
      expect(problem(method, ['Content-Length', '1'])).toBe(400);
      expect(problem(method, ['Transfer-Encoding', 'chunked'])).toBe(400);
      expect(problem(method, ['Content-Length', '0'])).toBeUndefined();
      expect(problem(method, ['Content-Length', '1'], { isFlexible: true })).toBeUndefined();
    }
    expect(problem('POST', ['Content-Length', '1'])).toBeUndefined();
  });
  it("4e may have 32 MB, on the platform's own paths more", () => {
    const limit = 32 * 1024 * 1024;
    expect(problem('POST', ['Content-Length', String(limit)])).toBeUndefined();
    expect(problem('POST', ['Content-Length', String(limit + 1)])).toBe(413);
    expect(problem('POST', ['Content-Length', String(limit + 1)], { path: '/_ah/upload/x' })).toBeUndefined();
  });
});

describe('deadlines (S3 and the documentation of both generations)', () => {
  const minute = 60_000;
  const of = (change: Partial<VersionSpec>, isTask = false) => deadlineMs(staticSpec(change), isTask);
  const manual = { type: 'manual', instances: 1 } as const;
  it.each([
    ['first generation, automatic', { runtime: 'python27' }, false, minute],
    ['first generation, automatic, task', { runtime: 'python27' }, true, 10 * minute],
    ['first generation, manual', { runtime: 'python27', scaling: manual }, false, undefined],
    ['first generation, manual, task', { runtime: 'python27', scaling: manual }, true, 24 * 60 * minute],
    ['second generation, automatic', { runtime: 'python312' }, false, 10 * minute],
    ['second generation, manual', { runtime: 'nodejs20', scaling: manual }, false, 24 * 60 * minute],
    ['flexible', { runtime: 'python', environment: 'flexible' }, false, 60 * minute],
  ] as const)('%s', (_, change, isTask, expected) => {
    expect(of(change, isTask)).toBe(expected);
  });
  it('3.2e a flexible runtime is a plain web server whatever it is called', () => {
    expect(generationOf(staticSpec({ runtime: 'python', environment: 'flexible' }))).toBe(2);
    expect(generationOf(staticSpec({ runtime: 'python27' }))).toBe(1);
  });
});

describe('session affinity', () => {
  const cookieOf = (setCookie: string) => /^GAESA=([^;]*);/.exec(setCookie)?.[1];
  it('brings a client back to its instance of a deployment', () => {
    const cookie = cookieOf(affinityCookie(undefined, { deploymentId: '7', instance: 'abc' }, false));
    expect(cookie).toMatch(/^[\w-]+$/);
    expect(preferredInstance(cookie, '7')).toBe('abc');
    expect(preferredInstance(cookie, '8')).toBeUndefined();
  });
  it('remembers several deployments behind one host, the newest first, not without end', () => {
    let cookie: string | undefined;
    for (let index = 0; index < 20; index += 1) {
      cookie = cookieOf(affinityCookie(cookie, { deploymentId: `d${index}`, instance: String(index) }, false));
    }
    expect(preferredInstance(cookie, 'd19')).toBe('19');
    expect(preferredInstance(cookie, 'd12')).toBe('12');
    expect(preferredInstance(cookie, 'd11')).toBeUndefined();
  });
  it('replaces the instance of the same deployment', () => {
    const first = cookieOf(affinityCookie(undefined, { deploymentId: '7', instance: 'old' }, false));
    const second = cookieOf(affinityCookie(first, { deploymentId: '7', instance: 'new' }, false));
    expect(preferredInstance(second, '7')).toBe('new');
  });
  it('takes no cookie that is not ours', () => {
    for (const cookie of ['', 'x y', '%%%', 'a'.repeat(5000), Buffer.from('7:a b').toString('base64url')]) {
      expect(preferredInstance(cookie, '7')).toBeUndefined();
    }
  });
  it('is only sent back over TLS when it was given over TLS', () => {
    expect(affinityCookie(undefined, { deploymentId: '7', instance: 'a' }, true)).toMatch(/; Secure$/);
  });
});

describe('content types', () => {
  it.each([
    ['a/b.HTML', 'text/html'],
    ['a.min.js', 'text/javascript'],
    ['x.tar.gz', 'application/gzip'],
    ['dir.css/file', 'application/octet-stream'],
    ['.html', 'application/octet-stream'],
    ['noext', 'application/octet-stream'],
    ['a.unknown', 'application/octet-stream'],
    ['a.woff2', 'font/woff2'],
  ])('%s', (path, type) => {
    expect(mimeType(path)).toBe(type);
  });
});
