/** The keys that a module's file and the files it includes have in common. */
import { compilePythonRegex } from '../../support/python-regex.ts';
import { boolean, list, map, matching, object, oneOrList, onOff, parsedText, text } from '../shape/build.ts';
import type { Key, Parsed } from '../shape/shape.ts';
import { handlers, handlerUrl } from './handler-keys.ts';
import { manualScaling } from './scaling-keys.ts';

const identifier = matching(
  'a variable name',
  /[A-Za-z_]\w*/,
  'letters, digits and underscores, not beginning with a digit',
  { example: 'MY_NAME' },
);
export const settings = map(identifier, text());
export const filled = (what: string, example: string) =>
  matching(what, /[\s\S]+/, 'at least one character', { example });

/** Line ends inside an expression are dropped, so that a long one may be folded. */
function parsePythonExpression(written: string): Parsed<string> {
  const value = written.replaceAll(/[\r\n]/g, '');
  const compiled = compilePythonRegex(value, 'start');
  return compiled instanceof RegExp ? { value } : { problem: compiled.problem, code: 'bad-expression' };
}

export const pythonExpression = parsedText('a regular expression', parsePythonExpression, {
  form: 'regular expression, matched from the start of the path',
  example: "'^(.*/)?node_modules/.*'",
});

const page = object('a page', {
  url: { shape: handlerUrl, isRequired: true, example: '/admin', docs: 'Address of the page.' },
  name: {
    shape: matching('a title', /.+/, 'one line of text'),
    isRequired: true,
    example: 'Reports',
    docs: 'Title of the page.',
  },
});

const builtinNames = [
  'default',
  'admin_redirect',
  'appstats',
  'deferred',
  'django_wsgi',
  'remote_api',
  'datastore_admin',
  'mapreduce',
];

/** Names are checked when builtins are resolved, where the runtime is known. */
const builtins = list(map(text('a builtin'), onOff()));

export const includableKeys = {
  handlers: {
    shape: handlers,
    docs: 'What serves which address, in order; the first match wins.',
    default: 'everything goes to the application',
  },
  builtins: {
    shape: builtins,
    docs: `Handlers of App Engine's own: ${builtinNames.join(', ')}, each \`on\` or \`off\`.`,
  },
  includes: {
    shape: list(filled('a file path', 'include.yaml')),
    docs: 'Files whose handlers and settings are merged in.',
  },
  env_variables: {
    shape: settings,
    docs: `Environment variables of the application. \`\${NAME}\` in a value is taken from \`--env\`, \`--env-file\` or the environment of the command, \`\${NAME:-VALUE}\` has a default, and \`$\${NAME}\` is the text itself; all else is used as written.`,
  },
  skip_files: {
    shape: oneOrList(pythonExpression),
    refusesNull: true,
    docs: 'Files that are not uploaded. Replaces the default list, which leaves out backups, compiled Python and dot files.',
  },
  manual_scaling: { shape: manualScaling, docs: 'A fixed number of instances that run all the time.' },
  beta_settings: { shape: settings, docs: 'Settings that only some backends know.' },
  vm_settings: { shape: settings, docs: 'Settings of the old Managed VMs.' },
  vm: {
    shape: boolean(),
    docs: 'The flexible environment, as Managed VMs wrote it.',
    discouraged: { message: '"vm" is the old way to ask for the flexible environment.', hint: 'Write env: flex' },
  },
  admin_console: {
    shape: object('admin_console', { pages: { shape: list(page), docs: 'Pages to link to.' } }),
    docs: 'Pages linked from the old admin console; no effect here.',
  },
} as const satisfies Readonly<Record<string, Key>>;
