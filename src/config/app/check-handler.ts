/** Rules between the keys of one handler: its type, the keys that go with it, expressions that compile. */
import { compilePythonRegex, groupCount } from '../../support/python-regex.ts';
import type { Place } from '../shape/shape.ts';
import { quoteForMessage } from '../yaml/tree.ts';
import { checkHttpHeaders } from './http-headers.ts';

export interface WrittenHandler {
  readonly url?: string;
  readonly script?: string;
  readonly static_files?: string;
  readonly upload?: string;
  readonly static_dir?: string;
  readonly mime_type?: string;
  readonly http_headers?: Readonly<Record<string, string>>;
  readonly api_endpoint?: boolean;
}

export type HandlerType = 'api_endpoint' | 'static_files' | 'static_dir' | 'script';

/** By App Engine's order of precedence. */
const types: readonly HandlerType[] = ['api_endpoint', 'static_files', 'static_dir', 'script'];

const always = ['url', 'login', 'auth_fail_action', 'secure', 'redirect_http_response_code'];
const staticKeys = ['mime_type', 'expiration', 'require_matching_file', 'http_headers', 'application_readable'];

const companions: Readonly<Record<HandlerType, readonly string[]>> = {
  api_endpoint: ['script', 'position'],
  static_files: ['upload', 'position', ...staticKeys],
  static_dir: ['position', ...staticKeys],
  script: ['position'],
};

export function handlerType(handler: WrittenHandler): HandlerType | undefined {
  return types.find((type) => handler[type] !== undefined);
}

export function checkHandler(handler: WrittenHandler, place: Place): void {
  const { path, findings } = place;
  const type = handlerType(handler);
  if (type === undefined) {
    const message =
      'The handler does not say what it does: it has no script, static_files, static_dir or api_endpoint.';
    findings.error('missing-key', { path, message, hint: 'Add for example script: main.app, or static_dir: static.' });
    return;
  }
  for (const key of Object.keys(handler)) {
    if (key === type || always.includes(key) || companions[type].includes(key)) continue;
    const message = `${quoteForMessage(key)} does not go with ${quoteForMessage(type)} in one handler.`;
    findings.error('conflicting-keys', { path: [...path, key], message, on: 'key', hint: conflictHint(key, type) });
  }
  if (type === 'static_files' && handler.upload === undefined) {
    const message = '"upload" is missing; a handler with static_files must have it.';
    const hint = `For example: upload: ${uploadExample(handler.static_files ?? '')}`;
    findings.error('missing-key', { path: [...path, 'upload'], message, hint });
  }
  if (handler.http_headers !== undefined) {
    const here = { path: [...path, 'http_headers'], findings };
    checkHttpHeaders(handler.http_headers, handler.mime_type !== undefined, here);
  }
  checkExpressions(handler, place);
}

function conflictHint(key: string, type: HandlerType): string {
  const isType = types.some((name) => name === key);
  if (isType) return `Make two handlers of it, or delete ${key}.`;
  return type === 'script' ? `Delete it: ${key} is for static files.` : `Delete ${key}.`;
}

function uploadExample(files: string): string {
  return files === '' ? 'static/.*' : files.replaceAll('.', '\\.').replaceAll(/\\\\?\d/g, '.*');
}

function checkExpressions(handler: WrittenHandler, place: Place): void {
  const isUrlFine = checkExpression(handler.url, 'url', place);
  const isUploadFine = checkExpression(handler.upload, 'upload', place);
  if (!isUrlFine || handler.url === undefined) return;
  if (handler.url === '/form') {
    const message =
      "Google's development server keeps the address /form for itself; this handler is used here, and not there.";
    place.findings.warning('suspicious-handler', {
      path: [...place.path, 'url'],
      message,
      hint: 'Choose another address if the application has to run there too.',
    });
  }
  const groups = groupCount(handler.url);
  if (handler.static_dir !== undefined && groups > 0) {
    const message = 'The url of a static_dir is a prefix; a group in it has no meaning.';
    place.findings.warning('suspicious-handler', {
      path: [...place.path, 'url'],
      message,
      hint: 'Use static_files and upload.',
    });
  }
  if (handler.static_files !== undefined) checkFiles(handler, groups, isUploadFine, place);
}

function checkExpression(source: string | undefined, key: string, { path, findings }: Place): boolean {
  if (source === undefined) return true;
  const compiled = compilePythonRegex(source, 'whole');
  if (compiled instanceof RegExp) return true;
  const message = `The regular expression ${quoteForMessage(source)} ${compiled.problem}.`;
  const hint = 'Put a backslash before brackets, dots, stars and question marks that stand for themselves.';
  findings.error('bad-expression', { path: [...path, key], message, hint });
  return false;
}

function checkFiles(handler: WrittenHandler, groups: number, isUploadFine: boolean, { path, findings }: Place): void {
  const files = handler.static_files ?? '';
  const references = [...files.matchAll(/\\(\d)/g)].map((match) => Number(match[1]));
  const beyond = references.find((reference) => reference > groups);
  if (beyond !== undefined) {
    const message = `"\\${beyond}" stands for group ${beyond} of the url, which has ${groups === 0 ? 'no group' : `${groups}`}.`;
    findings.warning('suspicious-handler', {
      path: [...path, 'static_files'],
      message,
      hint: 'Put brackets around a part of the url: /(.*\\.css)',
    });
  }
  if (references.length > 0 || !isUploadFine || handler.upload === undefined) return;
  const upload = compilePythonRegex(handler.upload, 'start');
  if (upload instanceof RegExp && !upload.test(files)) {
    const message = `"upload" does not match ${quoteForMessage(files)}, so the file is not there to be served.`;
    findings.warning('suspicious-handler', {
      path: [...path, 'upload'],
      message,
      hint: `For example: upload: ${uploadExample(files)}`,
    });
  }
}
