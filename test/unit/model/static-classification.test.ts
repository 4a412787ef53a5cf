import { describe, expect, it } from 'vitest';
import type { Handler, StaticDirHandler, StaticFilesHandler } from '../../../src/model/handler.ts';
import { fileClassifier } from '../../../src/model/static-classification.ts';

const base = { url: '/', login: 'optional', authFailAction: 'redirect', secure: 'optional' } as const;
const directory = (name: string, more: Partial<StaticDirHandler> = {}): Handler => ({
  ...base,
  type: 'static-dir',
  directory: name,
  ...more,
});
const files = (upload: string, more: Partial<StaticFilesHandler> = {}): Handler => ({
  ...base,
  type: 'static-files',
  files: upload,
  upload,
  ...more,
});
const script: Handler = { ...base, type: 'script', script: 'main.app' };

function classify(path: string, ...handlers: readonly Handler[]) {
  const compile = (source: string) => new RegExp(`^(?:${source})$`);
  const errorHandlers = [{ errorCode: 'default', file: 'error.html' }] as const;
  return fileClassifier({ handlers, errorHandlers, compile })(path);
}

describe('fileClassifier', () => {
  it('leaves to the application what no static handler takes', () => {
    expect(classify('main.py', script, directory('static'))).toEqual({
      isStatic: false,
      isErrorFile: false,
      isApplicationReadable: true,
    });
  });

  it('4m keeps static files from the application unless it may read them', () => {
    expect(classify('static/a', directory('static'))).toMatchObject({ isStatic: true, isApplicationReadable: false });
    const readable = directory('static', { applicationReadable: true });
    expect(classify('static/a', readable)).toMatchObject({ isStatic: true, isApplicationReadable: true });
  });

  it('lets the first static handler decide', () => {
    const readable = files('static/.*', { applicationReadable: true });
    expect(classify('static/a', script, directory('static'), readable).isApplicationReadable).toBe(false);
    expect(classify('static/a', script, readable, directory('static')).isApplicationReadable).toBe(true);
  });

  it.each([
    ['static', 'static/a', true],
    ['static/', 'static/a', true],
    ['./static', 'static/a', true],
    ['static', 'static2/a', false],
    ['s.atic', 'static/a', false],
    ['static', 'sub/static/a', false],
  ])('takes a directory %s literally for %s', (name, path, isStatic) => {
    expect(classify(path, directory(name)).isStatic).toBe(isStatic);
  });

  it.each([
    ['css/main.css', 'css/main.css', true],
    ['css/main.css', 'css/main.css.map', false],
    ['a|b', 'bc', false],
    ['img/(.*)\\.png', 'img/x.png', true],
  ])('matches upload %s against the whole of %s', (upload, path, isStatic) => {
    expect(classify(path, files(upload)).isStatic).toBe(isStatic);
  });

  it("takes Java's staged directory for static", () => {
    expect(classify('__static__/a').isStatic).toBe(true);
    expect(classify('a/__static__/b').isApplicationReadable).toBe(false);
    expect(classify('a__static__/b').isStatic).toBe(false);
  });

  it('keeps error files from the application', () => {
    expect(classify('error.html')).toEqual({ isStatic: false, isErrorFile: true, isApplicationReadable: false });
  });
});
