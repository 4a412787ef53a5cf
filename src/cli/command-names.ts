/** The words that the command line reader has to know, from the registered commands. */
import type { Config } from '@oclif/core';
import type { CommandNames } from './argv.ts';

type Flags = Config['commands'][number]['flags'];

export function commandNames(config: Config): CommandNames {
  const ids = new Set<string>(['help']);
  const valueFlags = new Set<string>();
  for (const command of config.commands) {
    ids.add(command.id);
    for (const [name, flag] of Object.entries(command.flags)) {
      if (flag.type !== 'option') continue;
      for (const spelling of [name, ...(flag.aliases ?? [])]) valueFlags.add(spelling);
      if (flag.char !== undefined) valueFlags.add(flag.char);
    }
  }
  return { ids, valueFlags, flagsOf: (id) => spellingsOf(config.findCommand(id)?.flags ?? {}) };
}

function spellingsOf(flags: Flags): ReadonlySet<string> {
  const spellings = new Set<string>(['help', 'h']);
  for (const [name, flag] of Object.entries(flags)) {
    for (const spelling of [name, ...(flag.aliases ?? [])]) spellings.add(spelling);
    if (flag.char !== undefined) spellings.add(flag.char);
    if (flag.type === 'boolean' && flag.allowNo === true) spellings.add(`no-${name}`);
  }
  return spellings;
}
