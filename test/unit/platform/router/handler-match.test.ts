import { describe, expect, it } from 'vitest';
import type { Handler, ScriptHandler, StaticDirHandler, StaticFilesHandler } from '../../../../src/model/handler.ts';
import { compileHandlers, type HandlerMatch } from '../../../../src/platform/router/handler-match.ts';
import { compileUrlPattern } from '../../../../src/platform/router/url-pattern.ts';

const base = { login: 'optional', authFailAction: 'redirect', secure: 'optional' } as const;
const script = (url: string): ScriptHandler => ({ ...base, type: 'script', url, script: 'auto' });
const files = (url: string, target: string, change: Partial<StaticFilesHandler> = {}): StaticFilesHandler => ({
  ...base,
  type: 'static-files',
  url,
  files: target,
  upload: '.*',
  ...change,
});
const dir = (url: string, directory: string, change: Partial<StaticDirHandler> = {}): StaticDirHandler => ({
  ...base,
  type: 'static-dir',
  url,
  directory,
  ...change,
});

function outcome(handlers: readonly Handler[], path: string, existing: readonly string[] = []): string {
  const match: HandlerMatch = compileHandlers({ handlers, fallback: 'none' })(path, (file) => existing.includes(file));
  return match.kind === 'static' ? `static ${match.file}` : match.kind;
}

describe('handlers', () => {
  it('send everything to the application when there are none', () => {
    expect(outcome([], '/x')).toBe('application');
  });

  it('4a match the whole path, in order', () => {
    const handlers = [files('/favicon\\.ico', 'images/favicon.ico'), script('/api/.*'), script('/exact')];
    expect(outcome(handlers, '/favicon.ico')).toBe('static images/favicon.ico');
    expect(outcome(handlers, '/faviconxico')).toBe('none');
    expect(outcome(handlers, '/x/favicon.ico')).toBe('none');
    expect(outcome(handlers, '/api/')).toBe('application');
    expect(outcome(handlers, '/api')).toBe('none');
    expect(outcome(handlers, '/exact')).toBe('application');
    expect(outcome(handlers, '/exact/')).toBe('none');
  });

  it('4g serve a directory under its prefix only', () => {
    const handlers = [dir('/static', 'public')];
    expect(outcome(handlers, '/static/a/b.css')).toBe('static public/a/b.css');
    expect(outcome(handlers, '/static/')).toBe('static public/');
    expect(outcome(handlers, '/static')).toBe('none');
    expect(outcome(handlers, '/statics/a')).toBe('none');
    expect(outcome([dir('/', 'public')], '/a.css')).toBe('static public/a.css');
  });

  it('take the prefix of a directory literally', () => {
    expect(outcome([dir('/a.b', 'd')], '/axb/c')).toBe('none');
  });

  it('4h put the groups of the pattern into the file', () => {
    expect(outcome([files('/(.*\\.(gif|png))', 'img/\\1')], '/a/b.png')).toBe('static img/a/b.png');
    expect(outcome([files('/(?P<all>x)(y)?', '\\2-\\1')], '/x')).toBe('static -x');
  });

  it('never interpret a path that looks like a reference', () => {
    expect(outcome([files('/(.*)', 'd/\\1')], '/$1$&\\1')).toBe('static d/$1$&\\1');
  });

  it('4i fall through when a matching file is required and there is none', () => {
    const handlers = [files('/(.*)', 'public/\\1', { requireMatchingFile: true }), script('/.*')];
    expect(outcome(handlers, '/a.txt', ['public/a.txt'])).toBe('static public/a.txt');
    expect(outcome(handlers, '/b.txt', ['public/a.txt'])).toBe('application');
    expect(outcome([dir('/d', 'public', { requireMatchingFile: true })], '/d/x')).toBe('none');
  });

  it('leave what no handler matches to the application where that is the rule', () => {
    const match = compileHandlers({ handlers: [dir('/s', 'd')], fallback: 'application' });
    expect(match('/other', () => false)).toEqual({ kind: 'application', handler: undefined });
  });
});

describe('url patterns', () => {
  it('mean the same whichever way they are tested', () => {
    const asRegExp = (url: string) => new RegExp(`^(?:${url})$`);
    const paths = ['/', '/a', '/a/', '/a/b', '/ab', '', '/a\nb', '/a/\n'];
    for (const url of ['/a', '/a/.*', '/.*', '.*', '/a/?', '/(a|ab)', '/a/.+', '/[ab]*']) {
      const pattern = compileUrlPattern(url);
      for (const path of paths)
        expect([url, path, pattern(path) !== undefined]).toEqual([url, path, asRegExp(url).test(path)]);
    }
  });

  it('finish on input made to backtrack for ever', () => {
    const pattern = compileUrlPattern('/(a+)+(b|c)');
    expect(pattern(`/${'a'.repeat(60)}`)).toBeUndefined();
    expect(pattern('/aab')?.[2]).toBe('b');
  });

  it('match nothing when they are no expression', () => {
    expect(compileUrlPattern('/(')('/(')).toBeUndefined();
  });
});
