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
  'system.failed': entry({
    fault: 'environment',
    exitCode: 1,
    message: (d: { readonly what: string; readonly reason: string }) =>
      `The operating system refused ${d.what}: ${d.reason}.`,
  }),
  'cli.unknown-backend': entry({
    fault: 'user',
    exitCode: 2,
    message: (d: { readonly backend: string; readonly known: readonly string[] }) =>
      `There is no backend ${d.backend}.`,
    hints: (d) => [`Backends: ${d.known.join(', ')}`],
  }),
};
