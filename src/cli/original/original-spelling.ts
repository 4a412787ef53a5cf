/** Turns the options of an old script into those of our command: short forms written out, useless ones left out. */
import { isIgnorable, type OriginalOption, originalOptions } from './original-options.ts';

export interface Respelled {
  readonly rest: readonly string[];
  /** For people: one line for each option that was left out. */
  readonly notes: readonly string[];
}

/**
 * @param rest everything of the command line but the command, in its order
 * @param known long names and letters of the command's own options
 */
export function respellOptions(id: string, rest: readonly string[], known: ReadonlySet<string>): Respelled {
  const options = originalOptions(id);
  const kept: string[] = [];
  const ignored = new Set<OriginalOption>();
  for (let index = 0; index < rest.length; index += 1) {
    const token = rest[index] ?? '';
    if (token === '--') return { rest: [...kept, ...rest.slice(index)], notes: [...ignored].map(noteOf) };
    const read = token.startsWith('--') ? readLong(token, options, known) : readLetters(token, options, known);
    const useless = read.useless.filter((option) => isIgnorable(id, option));
    if (useless.length < read.useless.length) {
      kept.push(token);
      continue;
    }
    for (const option of useless) ignored.add(option);
    if (read.token !== undefined) kept.push(read.token);
    if (read.wantsValue) index += 1;
  }
  return { rest: kept, notes: [...ignored].map(noteOf) };
}

/** The option that a long name is, or is the beginning of: as in the original, where no other one begins so. */
export function findOriginal(name: string, options: readonly OriginalOption[]): OriginalOption | undefined {
  const exact = options.find((option) => option.name === name);
  if (exact || name.length === 0) return exact;
  const [only, ...others] = options.filter((option) => option.name.startsWith(name));
  return others.length === 0 ? only : undefined;
}

interface ReadToken {
  /** What is left of it; undefined when nothing is. */
  readonly token: string | undefined;
  readonly useless: readonly OriginalOption[];
  /** The next token is the value of a useless option. */
  readonly wantsValue: boolean;
}

function readLong(token: string, options: readonly OriginalOption[], known: ReadonlySet<string>): ReadToken {
  const end = token.indexOf('=');
  const name = (end === -1 ? token.slice(2) : token.slice(2, end)).replaceAll('_', '-');
  const value = end === -1 ? '' : token.slice(end);
  if (known.has(name)) return keep(`--${name}${value}`);
  const option = findOriginal(name, options);
  if (option === undefined) return keep(token);
  if (known.has(option.name)) return keep(`--${option.name}${value}`);
  return { token: undefined, useless: [option], wantsValue: option.takesValue && end === -1 };
}

/** `-q`, `-Aapp`, `-qe me@example.com`. */
function readLetters(token: string, options: readonly OriginalOption[], known: ReadonlySet<string>): ReadToken {
  if (!token.startsWith('-') || token === '-') return keep(token);
  const useless: OriginalOption[] = [];
  let letters = '';
  for (let index = 1; index < token.length; index += 1) {
    const letter = token[index] ?? '';
    const option = options.find((candidate) => candidate.letter === letter);
    if (known.has(letter) || option === undefined) {
      // What follows may be its value, in which letters mean nothing.
      if (option?.takesValue !== false) return { ...keep(`-${letters}${token.slice(index)}`), useless };
      letters += letter;
      continue;
    }
    useless.push(option);
    if (option.takesValue) return { token: lettersToken(letters), useless, wantsValue: index === token.length - 1 };
  }
  return { token: lettersToken(letters), useless, wantsValue: false };
}

function lettersToken(letters: string): string | undefined {
  return letters === '' ? undefined : `-${letters}`;
}

function keep(token: string): ReadToken {
  return { token, useless: [], wantsValue: false };
}

function noteOf({ name, why }: OriginalOption): string {
  return `--${name} does nothing here: ${why}.`;
}
