/** An unfinished command line -> what its last word may become. Pure: names that only a backend knows are asked for. */
import type { Command } from '@oclif/core';
import { type CommandNames, readCommandLine } from '../argv.ts';

export interface Candidate {
  readonly word: string;
  readonly explanation: string;
}

/** Names that live on a backend. */
export const liveKinds = ['application', 'module', 'version', 'instance', 'operation', 'release', 'queue'] as const;
export type LiveKind = (typeof liveKinds)[number];

export interface LiveQuestion {
  readonly kind: LiveKind;
  /** As far as the line says. */
  readonly application?: string | undefined;
  readonly module?: string | undefined;
  readonly version?: string | undefined;
}

export interface Completion {
  readonly candidates: readonly Candidate[];
  readonly live?: LiveQuestion;
  /** Names of files will do. */
  readonly takesFiles: boolean;
}

/** What completion has to know of a command; the manifest has it. */
export type KnownCommand = Pick<Command.Loadable, 'id' | 'summary' | 'args' | 'flags' | 'hidden'>;

const nothing: Completion = { candidates: [], takesFiles: false };
const files: Completion = { candidates: [], takesFiles: true };

/** @param words what comes after the program's name; the last one is being written, and may be empty */
export function completeLine(
  words: readonly string[],
  commands: readonly KnownCommand[],
  names: CommandNames,
): Completion {
  const current = words.at(-1) ?? '';
  const before = words.slice(0, -1);
  const line = readCommandLine(before, names);
  const command = commands.find(({ id }) => id === line.id);
  if (line.words[0] === 'help') return commandWords(line.words.slice(1), commands);
  if (command === undefined) return current.startsWith('-') ? nothing : commandWords(line.words, commands);
  const isPastOptions = before.includes('--');
  const flag = isPastOptions ? undefined : waitingFlag(before.at(-1), command);
  if (flag !== undefined) return valuesOf(flag, command, line.rest);
  if (current.startsWith('-') && !isPastOptions) return { candidates: flagWords(command), takesFiles: false };
  const more = commandWords(line.words, commands);
  const argument = argumentAt(line.rest, command);
  if (argument === undefined) return more;
  const values = valuesOf(argument, command, line.rest);
  return { ...values, candidates: [...more.candidates, ...values.candidates] };
}

/** The next word of commands that begin so. */
function commandWords(said: readonly string[], commands: readonly KnownCommand[]): Completion {
  const found = new Map<string, string>();
  for (const { id, summary = '', hidden } of commands) {
    const parts = id.split(':');
    const next = parts[said.length];
    if (hidden === true || next === undefined || said.some((word, index) => parts[index] !== word)) continue;
    if (parts.length === said.length + 1) found.set(next, summary);
    else if (!found.has(next)) found.set(next, '');
  }
  return { candidates: [...found].map(([word, explanation]) => ({ word, explanation })), takesFiles: false };
}

type Flag = KnownCommand['flags'][string];
type Argument = KnownCommand['args'][string];

/** The option whose value comes next. */
function waitingFlag(token: string | undefined, { flags }: KnownCommand): Flag | undefined {
  if (token === undefined || !token.startsWith('-') || token.includes('=')) return undefined;
  const name = token.replace(/^--?/, '').replaceAll('_', '-');
  return Object.values(flags).find((flag) => {
    if (flag.type !== 'option') return false;
    return token.startsWith('--') ? [flag.name, ...(flag.aliases ?? [])].includes(name) : flag.char === name.at(-1);
  });
}

function flagWords({ flags }: KnownCommand): readonly Candidate[] {
  return Object.values(flags)
    .filter((flag) => flag.hidden !== true)
    .flatMap((flag) => {
      const explanation = flag.summary ?? '';
      const own = { word: `--${flag.name}`, explanation };
      const isTwofold = flag.type === 'boolean' && flag.allowNo === true;
      return isTwofold ? [own, { word: `--no-${flag.name}`, explanation }] : [own];
    });
}

/** The argument that a next word would be; the last one may take many. */
function argumentAt(rest: readonly string[], { args, flags }: KnownCommand): Argument | undefined {
  const valued = new Set(
    Object.values(flags).flatMap((flag) => (flag.type === 'option' ? [`--${flag.name}`, `-${flag.char ?? ''}`] : [])),
  );
  const given = rest.filter((token, index) => !token.startsWith('-') && !valued.has(rest[index - 1] ?? '')).length;
  const known = Object.values(args);
  const last = known.at(-1);
  return known[given] ?? (last?.multiple === true ? last : undefined);
}

const fileNames = /^(paths?|directory|output|.*-path|.*-file)$/;

function valuesOf(what: Flag | Argument, command: KnownCommand, rest: readonly string[]): Completion {
  const { name } = what;
  const options = 'options' in what ? what.options : undefined;
  if (options !== undefined) {
    return { candidates: options.map((word) => ({ word, explanation: '' })), takesFiles: false };
  }
  const kind = liveKinds.find((live) => live === name);
  // What `init` writes is not there yet.
  if (kind !== undefined && command.id !== 'init') {
    const said = (flag: string, letter: string) => flagValue(rest, `--${flag}`, `-${letter}`);
    return {
      ...nothing,
      live: {
        kind,
        application: said('application', 'A'),
        module: said('module', 'M'),
        version: said('version', 'V'),
      },
    };
  }
  return fileNames.test(name) ? files : nothing;
}

function flagValue(tokens: readonly string[], name: string, letter: string): string | undefined {
  for (const [index, token] of tokens.entries()) {
    if (token === name || token === letter) return tokens[index + 1];
    if (token.startsWith(`${name}=`)) return token.slice(name.length + 1);
    if (token.startsWith(letter) && !token.startsWith('--')) return token.slice(letter.length);
  }
  return undefined;
}
