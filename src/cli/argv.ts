/** Puts a command line in the order and spelling that the commands are registered with. */

export interface CommandNames {
  /** `update`, `instances:list`; aliases too. */
  readonly ids: ReadonlySet<string>;
  /** Long names and short letters of options that are followed by a value, over all commands. */
  readonly valueFlags: ReadonlySet<string>;
  /** Long names of all options. */
  readonly longFlags: ReadonlySet<string>;
}

export interface CommandLine {
  /** The words that name the command, `['instances', 'list']`; empty when there are none. */
  readonly words: readonly string[];
  /** The command that they are, undefined when there is none. */
  readonly id: string | undefined;
  /** Everything else, in its order. */
  readonly rest: readonly string[];
}

/**
 * As in the original, options may come before the command (`-A app update .`), and underscores do as well as hyphens
 * (`delete_version`, `--num_runs`).
 */
export function readCommandLine(argv: readonly string[], names: CommandNames): CommandLine {
  const words: string[] = [];
  const rest: string[] = [];
  let index = 0;
  for (; index < argv.length; index += 1) {
    const token = argv[index] ?? '';
    if (token === '--') break;
    if (token.startsWith('-') && token !== '-') {
      rest.push(spellFlag(token, names));
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
  const remaining = respell(argv.slice(index), names);
  const id = words.join(':');
  return { words, id: names.ids.has(id) ? id : undefined, rest: [...rest, ...remaining] };
}

function isTopic(words: readonly string[], ids: ReadonlySet<string>): boolean {
  const prefix = `${words.join(':')}:`;
  for (const id of ids) if (id.startsWith(prefix)) return true;
  return false;
}

function takesValue(token: string, { valueFlags }: CommandNames): boolean {
  if (token.includes('=')) return false;
  if (token.startsWith('--')) return valueFlags.has(token.slice(2).replaceAll('_', '-'));
  // `-Aapp` has its value with it; `-qA app` is two letters, the last with a value.
  const letters = token.slice(1);
  const first = [...letters].findIndex((letter) => valueFlags.has(letter));
  return first !== -1 && first === letters.length - 1;
}

function respell(tokens: readonly string[], names: CommandNames): readonly string[] {
  const end = tokens.indexOf('--');
  return tokens.map((token, index) => (end !== -1 && index >= end ? token : spellFlag(token, names)));
}

function spellFlag(token: string, { longFlags }: CommandNames): string {
  const match = /^--([a-z][a-z0-9_-]*)(=.*)?$/is.exec(token);
  const name = match?.[1];
  if (name === undefined || !name.includes('_')) return token;
  const hyphenated = name.replaceAll('_', '-');
  return longFlags.has(hyphenated) || longFlags.has(hyphenated.replace(/^no-/, ''))
    ? `--${hyphenated}${match?.[2] ?? ''}`
    : token;
}
