/** Which files of a version its handlers serve, and which the application's own code may read (App Engine's rule). */
import type { ErrorHandler, Handler } from './handler.ts';

export interface FileClass {
  /** Served by a static handler. */
  readonly isStatic: boolean;
  /** Shown instead of an error. */
  readonly isErrorFile: boolean;
  /** May be opened by the application. */
  readonly isApplicationReadable: boolean;
}

export interface ClassifiedBy {
  readonly handlers: readonly Handler[];
  readonly errorHandlers?: readonly ErrorHandler[];
  /** Compiles an `upload` expression, in Python's syntax, so that it must match a whole path. */
  readonly compile: (source: string) => RegExp;
}

/** The first static handler that takes a path decides. The original matched `upload` at the start only, a defect. */
export function fileClassifier({ handlers, errorHandlers = [], compile }: ClassifiedBy): (path: string) => FileClass {
  const errorFiles = new Set(errorHandlers.map((handler) => handler.file));
  const rules = handlers.flatMap((handler) => staticRule(handler, compile) ?? []);
  return (path) => {
    const rule = rules.find((candidate) => candidate.takes(path));
    const isErrorFile = errorFiles.has(path);
    // Java's staging puts what is to be served into such a directory.
    const isStatic = rule !== undefined || /(?:^|\/)__static__\//.test(path);
    const isApplicationReadable = !isErrorFile && (!isStatic || rule?.isApplicationReadable === true);
    return { isStatic, isErrorFile, isApplicationReadable };
  };
}

interface StaticRule {
  readonly isApplicationReadable: boolean;
  takes(path: string): boolean;
}

function staticRule(handler: Handler, compile: (source: string) => RegExp): StaticRule | undefined {
  switch (handler.type) {
    case 'static-dir': {
      const prefix = `${handler.directory.replace(/^\.\/|\/+$/g, '')}/`;
      const takes = (path: string) => path.startsWith(prefix);
      return { isApplicationReadable: handler.applicationReadable === true, takes };
    }
    case 'static-files': {
      const expression = compile(handler.upload);
      return { isApplicationReadable: handler.applicationReadable === true, takes: (path) => expression.test(path) };
    }
    case 'script':
    case 'api-endpoint':
      return undefined;
  }
}
