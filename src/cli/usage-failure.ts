/** oclif's parse errors -> our catalogue, with a suggestion for what was misspelt. */
import type { Interfaces } from '@oclif/core';
import { CLIError } from '@oclif/core/errors';
import { failure, isAppcfgError } from '../errors.ts';
import { nearest } from '../support/nearest.ts';

export interface UsageContext {
  /** The command as people write it. */
  readonly command: string;
  readonly flags: Interfaces.FlagInput;
}

/** Anything that is not a parse error comes back as it is. */
export function usageFailure(error: unknown, context: UsageContext): unknown {
  // oclif prefixes the message of what a flag's own parser threw; the catalogue's sentence is complete.
  if (isAppcfgError(error)) return failure(error.code, error.details as never);
  // Parsers of oclif's own flags throw plain errors.
  const isPlain = error instanceof Error && error.constructor === Error;
  if (!(error instanceof CLIError || isPlain)) return error;
  const { command } = context;
  const { flags = [], args = [] } = error as { readonly flags?: readonly string[]; readonly args?: readonly unknown[] };
  // oclif does not export these classes, so their names have to do.
  switch (error.constructor.name) {
    case 'NonExistentFlagsError': {
      const flag = (flags[0] ?? '').split('=')[0] ?? '';
      return failure('usage.unknown-flag', { command, flag, suggestion: suggestedFlag(flag, context.flags) });
    }
    case 'RequiredArgsError': {
      const missing = args.map((arg) => ((arg as { readonly name?: string }).name ?? '').toUpperCase());
      return failure('usage.missing-argument', { command, missing });
    }
    case 'UnexpectedArgsError':
      return failure('usage.unexpected-argument', { command, extra: args.map(String) });
    default:
      return failure('usage.invalid', { command, reason: reasonOf(error) });
  }
}

function suggestedFlag(flag: string, known: Interfaces.FlagInput): string | undefined {
  if (!flag.startsWith('--')) return undefined;
  const names = Object.entries(known).flatMap(([name, definition]) => [
    name,
    ...(definition.aliases ?? []),
    ...(definition.type === 'boolean' && definition.allowNo === true ? [`no-${name}`] : []),
  ]);
  const found = nearest(flag.slice(2), names);
  return found === undefined ? undefined : `--${found}`;
}

/** oclif's sentence without its pointer to the help and its full stop: our own hint says the same. */
function reasonOf(error: Error): string {
  return error.message
    .replace(/\nSee more help with --help$/, '')
    .replace(/^Parsing (--\S+)\s+/, '$1: ')
    .replace(/^The following errors? occurred:\n\s*/, '')
    .replaceAll(/\s*\n\s*/g, '; ')
    .replace(/\.$/, '');
}
