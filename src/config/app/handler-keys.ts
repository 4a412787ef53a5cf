/** The keys of handlers and error handlers. */

import { expiration } from '../durations.ts';
import { boolean, choice, choiceOf, list, map, matching, object, onOff, text } from '../shape/build.ts';
import { checkHandler } from './check-handler.ts';

export const login = choice(['optional', 'required', 'admin']);
export const authFailAction = choice(['redirect', 'unauthorized']);
export const secure = choiceOf({
  never: 'never',
  always: 'always',
  optional: 'optional',
  default: 'optional',
} as const);

/** Begins with `/` or `.`, or is a group; never with `^`, which is implied. */
export const handlerUrl = matching(
  'a handler url',
  /[/.][\s\S]*|\([\s\S]+[^$]/,
  'a regular expression that begins with / (or . or a group); ^ and a $ after a group are implied',
  { example: '/.*' },
);

const filled = (what: string, example: string) => matching(what, /[\s\S]+/, 'at least one character', { example });

const handlerKeys = {
  url: {
    shape: handlerUrl,
    isRequired: true,
    example: '/.*',
    docs: 'Regular expression for the whole path; of `static_dir` a prefix. The first handler that matches serves the request.',
  },
  script: {
    shape: filled('a script', 'main.app'),
    docs: 'What runs: `module.app` (WSGI), `file.py` (CGI, without threadsafe), `file.php`, `_go_app`, or `auto`.',
  },
  static_files: {
    shape: filled('a file path', 'static/\\1'),
    docs: 'File to serve; `\\1` stands for the first group of `url`. Needs `upload`.',
  },
  upload: {
    shape: filled('a regular expression', 'static/.*'),
    docs: 'Regular expression of the files that `static_files` serves, matched from the start of the path.',
  },
  static_dir: { shape: filled('a directory', 'static'), docs: 'Directory whose files are served below `url`.' },
  mime_type: { shape: text(), docs: 'Content type of static files.', default: 'by file extension' },
  expiration: {
    shape: expiration(),
    docs: 'How long browsers may keep static files.',
    default: '`default_expiration`',
  },
  http_headers: {
    shape: map(filled('a header name', 'X-Foo'), text(), 500),
    docs: 'Headers that static files are served with.',
  },
  require_matching_file: {
    shape: boolean(),
    docs: 'When the file is missing, try the next handlers.',
    default: 'false',
  },
  application_readable: {
    shape: boolean(),
    docs: 'Give static files to the application as well, so that its code can read them.',
    default: 'false',
  },
  login: { shape: login, docs: 'Who may see it.', default: 'optional' },
  auth_fail_action: { shape: authFailAction, docs: 'What a user gets who is not logged in.', default: 'redirect' },
  secure: { shape: secure, docs: 'Whether http or https is enforced.', default: 'optional' },
  redirect_http_response_code: {
    shape: choiceOf({ '301': 301, '302': 302, '303': 303, '307': 307 } as const),
    docs: 'Status of the redirect that `secure` makes.',
    default: '302',
  },
  api_endpoint: { shape: onOff(), docs: 'Marks the handler of an Endpoints API; needs `api_config`.' },
  position: {
    shape: choice(['head', 'tail']),
    docs: 'In include files only: before or after the handlers of app.yaml.',
    default: 'head',
  },
} as const;

export const handlerShape = object('a handler', handlerKeys, { check: checkHandler });

export const mostHandlers = 100;

export const handlers = list(handlerShape, { maximum: mostHandlers });

export const errorHandlers = list(
  object('an error handler', {
    error_code: {
      shape: choice(['default', 'over_quota', 'dos_api_denial', 'timeout']),
      docs: 'The error that the page is for.',
      default: 'default',
    },
    file: { shape: filled('a file path', 'error.html'), isRequired: true, example: 'error.html', docs: 'The page.' },
    mime_type: { shape: text(), docs: 'Its content type.', default: 'text/html' },
  }),
  { unique: { severity: 'error', key: 'error_code', noun: 'Error code' } },
);
