/** Which handler of a version a path belongs to: in order, the first that matches. */
import type { Handler, StaticDirHandler, StaticFilesHandler } from '../../model/handler.ts';
import { compileUrlPattern } from './url-pattern.ts';

export type HandlerMatch =
  /** `handler` is undefined where a version has no handlers and everything goes to the application. */
  | { readonly kind: 'application'; readonly handler: Handler | undefined }
  | {
      readonly kind: 'static';
      readonly handler: StaticFilesHandler | StaticDirHandler;
      /** Relative path of the file, as the handler gives it; not yet checked. */
      readonly file: string;
    }
  | { readonly kind: 'none' };

export type FileExists = (file: string) => boolean;

/** @param path decoded, without the query */
export type HandlerMatcher = (path: string, fileExists: FileExists) => HandlerMatch;

type Test = (path: string, fileExists: FileExists) => HandlerMatch | undefined;

const toApplication: HandlerMatch = { kind: 'application', handler: undefined };
const noMatch: HandlerMatch = { kind: 'none' };

export interface HandlerRules {
  readonly handlers: readonly Handler[];
  /** What happens to a path that no handler matches. */
  readonly fallback: 'application' | 'none';
}

export function compileHandlers({ handlers, fallback }: HandlerRules): HandlerMatcher {
  if (handlers.length === 0) return () => toApplication;
  const tests = handlers.map(compileHandler);
  const otherwise = fallback === 'application' ? toApplication : noMatch;
  return (path, fileExists) => {
    for (const test of tests) {
      const match = test(path, fileExists);
      if (match) return match;
    }
    return otherwise;
  };
}

function compileHandler(handler: Handler): Test {
  switch (handler.type) {
    case 'script':
    case 'api-endpoint':
      return compileApplication(handler);
    case 'static-files':
      return compileStaticFiles(handler);
    case 'static-dir':
      return compileStaticDir(handler);
  }
}

function compileApplication(handler: Handler): Test {
  const pattern = compileUrlPattern(handler.url);
  const match: HandlerMatch = { kind: 'application', handler };
  return (path) => (pattern(path) ? match : undefined);
}

function compileStaticFiles(handler: StaticFilesHandler): Test {
  const pattern = compileUrlPattern(handler.url);
  const hasReferences = /\\\d/.test(handler.files);
  return (path, fileExists) => {
    const groups = pattern(path);
    if (!groups) return undefined;
    const file = hasReferences ? withGroups(handler.files, groups) : handler.files;
    return staticMatch(handler, file, fileExists);
  };
}

function compileStaticDir(handler: StaticDirHandler): Test {
  const prefix = handler.url.endsWith('/') ? handler.url : `${handler.url}/`;
  const directory = handler.directory.endsWith('/') ? handler.directory.slice(0, -1) : handler.directory;
  return (path, fileExists) => {
    if (!path.startsWith(prefix)) return undefined;
    return staticMatch(handler, `${directory}/${path.slice(prefix.length)}`, fileExists);
  };
}

function staticMatch(
  handler: StaticFilesHandler | StaticDirHandler,
  file: string,
  fileExists: FileExists,
): HandlerMatch | undefined {
  if (handler.requireMatchingFile === true && !fileExists(file)) return undefined;
  return { kind: 'static', handler, file };
}

function withGroups(template: string, groups: readonly string[]): string {
  return template.replace(/\\(\d)/g, (_, digit: string) => groups[Number(digit)] ?? '');
}
