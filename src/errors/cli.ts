/** Errors of cli. */
import { entry } from './entry.ts';

const moreHelp = (command: string | undefined) =>
  command === undefined ? 'All commands: appcfg help' : `All options: appcfg ${command} --help`;

export const cliErrors = {
  interrupted: entry({
    fault: 'user',
    exitCode: 130,
    message: (d: { readonly where: string; readonly next?: string }) => `Interrupted ${d.where}.`,
    hints: (d) => (d.next === undefined ? [] : [d.next]),
  }),
  internal: entry({
    fault: 'bug',
    exitCode: 70,
    message: (d: { readonly reason: string }) => `This is a bug in appcfg: ${d.reason}`,
    hints: () => ['Run again with APPCFG_DEBUG=1 to see where it happened, and report it.'],
  }),
  'usage.unknown-command': entry({
    fault: 'user',
    exitCode: 2,
    message: (d: { readonly command: string; readonly suggestion?: string }) =>
      `There is no command ${d.command}.${d.suggestion === undefined ? '' : ` Did you mean ${d.suggestion}?`}`,
    hints: () => [moreHelp(undefined)],
  }),
  'usage.gone-command': entry({
    fault: 'user',
    exitCode: 2,
    message: (d: { readonly command: string; readonly instead: string }) =>
      `${d.command} is a command of the original appcfg that is not here.`,
    hints: (d) => [d.instead, moreHelp(undefined)],
  }),
  'usage.no-command': entry({
    fault: 'user',
    exitCode: 2,
    message: (d: { readonly options: readonly string[] }) =>
      `No command is named${d.options.length === 0 ? '' : `, only ${d.options.join(', ')}`}.`,
    hints: () => [moreHelp(undefined)],
  }),
  'usage.unknown-flag': entry({
    fault: 'user',
    exitCode: 2,
    message: (d: { readonly command: string; readonly flag: string; readonly suggestion?: string }) =>
      `${d.command} has no option ${d.flag}.${d.suggestion === undefined ? '' : ` Did you mean ${d.suggestion}?`}`,
    hints: (d) => [moreHelp(d.command)],
  }),
  'usage.missing-argument': entry({
    fault: 'user',
    exitCode: 2,
    message: (d: { readonly command: string; readonly missing: readonly string[] }) =>
      `${d.command} needs ${d.missing.join(' and ')}.`,
    hints: (d) => [moreHelp(d.command)],
  }),
  'usage.unexpected-argument': entry({
    fault: 'user',
    exitCode: 2,
    message: (d: { readonly command: string; readonly extra: readonly string[] }) =>
      `${d.command} does not expect ${d.extra.join(' ')}.`,
    hints: (d) => [moreHelp(d.command)],
  }),
  'env-file.unreadable': entry({
    fault: 'user',
    exitCode: 2,
    message: (d: { readonly file: string; readonly reason: string }) =>
      `The file of environment variables ${d.file} can't be read: ${d.reason}`,
    hints: () => ['Paths are relative to the current directory.'],
  }),
  'env-file.invalid': entry({
    fault: 'user',
    exitCode: 2,
    message: (d: { readonly file: string; readonly line: number; readonly reason: string }) =>
      `${d.file}:${d.line}:1: ${d.reason}.`,
    hints: () => ['A line is NAME=VALUE, NAME="VALUE" or a comment after #.'],
  }),
  'usage.invalid-value': entry({
    fault: 'user',
    exitCode: 2,
    message: (d: {
      readonly command: string;
      readonly what: string;
      readonly value: string;
      readonly expected: string;
    }) => `${d.what} can't be "${d.value}"; expected ${d.expected}.`,
    hints: (d) => [moreHelp(d.command)],
  }),
  'usage.bad-options': entry({
    fault: 'user',
    exitCode: 2,
    message: (d: { readonly options: number; readonly diagnostics: readonly unknown[] }) =>
      `${d.options === 1 ? 'An option has a value' : `${d.options} options have values`} that can't be used; nothing was changed.`,
  }),
  'usage.invalid': entry({
    fault: 'user',
    exitCode: 2,
    message: (d: { readonly command: string; readonly reason: string }) => `${d.command}: ${d.reason}.`,
    hints: (d) => [moreHelp(d.command)],
  }),
  'cli.declined': entry({
    fault: 'user',
    exitCode: 1,
    message: (_: { readonly question: string }) => 'Nothing was changed: you answered no.',
  }),
  'init.would-overwrite': entry({
    fault: 'user',
    exitCode: 1,
    message: (d: { readonly files: readonly string[] }) =>
      `Nothing was written: ${d.files.join(', ')} ${d.files.length === 1 ? 'is' : 'are'} there already and different.`,
    hints: () => ['To overwrite: add --force', 'To see what would be written: add --dry-run'],
  }),
  'init.not-possible': entry({
    fault: 'user',
    exitCode: 2,
    message: (d: { readonly reason: string; readonly hint: string }) => `Nothing was written: ${d.reason}.`,
    hints: (d) => [`${d.hint}`],
  }),
  'init.in-the-way': entry({
    fault: 'user',
    exitCode: 1,
    message: (d: { readonly path: string; readonly wanted: 'file' | 'folder' }) =>
      `Nothing was written: ${d.path} is in the way of a ${d.wanted}.`,
    hints: () => ['Move it away, or choose another directory.'],
  }),
  'dev.option-elsewhere': entry({
    fault: 'user',
    exitCode: 2,
    message: (d: { readonly option: string; readonly instead: string }) =>
      `dev has no ${d.option}, which dev_appserver.py had: ${d.instead}.`,
    hints: () => [moreHelp('dev')],
  }),
  'system.failed': entry({
    fault: 'environment',
    exitCode: 1,
    message: (d: { readonly what: string; readonly reason: string }) =>
      `The operating system refused ${d.what}: ${d.reason}.`,
  }),
  'cli.backend-unconfigured': entry({
    fault: 'user',
    exitCode: 2,
    message: (d: { readonly backend: string; readonly missing: string; readonly example: string }) =>
      `The backend ${d.backend} needs to know ${d.missing}.`,
    hints: (d) => [`For example: ${d.example}`],
  }),
  'cli.unknown-backend': entry({
    fault: 'user',
    exitCode: 2,
    message: (d: { readonly backend: string; readonly known: readonly string[] }) =>
      `There is no backend ${d.backend}.`,
    hints: (d) => [`Backends: ${d.known.join(', ')}`],
  }),
};
