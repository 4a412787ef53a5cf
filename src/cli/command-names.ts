/** The words that the command line reader has to know, from the registered commands. */
import type { Config } from '@oclif/core';
import type { CommandNames } from './argv.ts';

export function commandNames(config: Config): CommandNames {
  const ids = new Set<string>(['help']);
  const valueFlags = new Set<string>();
  const longFlags = new Set<string>(['help']);
  for (const command of config.commands) {
    ids.add(command.id);
    for (const [name, flag] of Object.entries(command.flags)) {
      const spellings = [name, ...(flag.aliases ?? [])];
      for (const spelling of spellings) longFlags.add(spelling);
      if (flag.type !== 'option') continue;
      for (const spelling of spellings) valueFlags.add(spelling);
      if (flag.char !== undefined) valueFlags.add(flag.char);
    }
  }
  return { ids, valueFlags, longFlags };
}
