/** Puts a command line in the order and spelling that the commands are registered with. */
import { withDefaultWait } from './duration-flag.ts';
import { allOriginalOptions } from './original/original-options.ts';
import { findOriginal, respellOptions } from './original/original-spelling.ts';

export interface CommandNames {
  /** `update`, `instances:list`; aliases too. */
  readonly ids: ReadonlySet<string>;
  /** Long names and short letters of options that are followed by a value, over all commands. */
  readonly valueFlags: ReadonlySet<string>;
  /** Long names (`no-` included) and letters of the options of one command. */
  flagsOf(id: string): ReadonlySet<string>;
}

export interface CommandLine {
  /** The words that name the command, `['instances', 'list']`; empty when there are none. */
  readonly words: readonly string[];
  /** The command that they are, undefined when there is none. */
  readonly id: string | undefined;
  /** Everything else, in its order. */
  readonly rest: readonly string[];
  /** For people: options of the original that were left out. */
  readonly notes: readonly string[];
}

/**
 * As in the original, options may come before the command (`-A app update .`), and underscores do as well as hyphens
 * (`delete_version`, `--num_runs`). What old scripts say that means nothing here is left out.
 */
export function readCommandLine(argv: readonly string[], names: CommandNames): CommandLine {
  const words: string[] = [];
  const rest: string[] = [];
  let index = 0;
  for (; index < argv.length; index += 1) {
    const token = argv[index] ?? '';
    if (token === '--') break;
    if (token.startsWith('-') && token !== '-') {
      rest.push(token);
      const value = argv[index + 1];
      if (value !== undefined && takesValue(token, names)) {
        rest.push(value);
        index += 1;
      }
      continue;
    }
    if (words.length > 0 && !isTopic(words, names.ids)) break;
    const word = token.replaceAll('_', '-');
    if (words.length > 0 && names.ids.has(words.join(':')) && !names.ids.has([...words, word].join(':'))) break;
    words.push(word);
  }
  const all = withDefaultWait([...rest, ...argv.slice(index)]);
  const id = words.join(':');
  if (!names.ids.has(id)) return { words, id: undefined, rest: all, notes: [] };
  return { words, id, ...respellOptions(id, all, names.flagsOf(id)) };
}

function isTopic(words: readonly string[], ids: ReadonlySet<string>): boolean {
  const prefix = `${words.join(':')}:`;
  for (const id of ids) if (id.startsWith(prefix)) return true;
  return false;
}

function takesValue(token: string, { valueFlags }: CommandNames): boolean {
  if (token.includes('=')) return false;
  if (token === '--wait') return false;
  if (token.startsWith('--')) {
    const name = token.slice(2).replaceAll('_', '-');
    return valueFlags.has(name) || findOriginal(name, allOriginalOptions)?.takesValue === true;
  }
  // `-Aapp` has its value with it; `-qA app` is two letters, the last with a value.
  const letters = token.slice(1);
  const isValued = (letter: string) =>
    valueFlags.has(letter) || allOriginalOptions.some((option) => option.takesValue && option.letter === letter);
  const first = [...letters].findIndex(isValued);
  return first !== -1 && first === letters.length - 1;
}
