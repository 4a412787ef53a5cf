/** Where the pieces of the command line tool meet: the commands, and what runs them. */
import type { Config } from '@oclif/core';
import { type RunOptions, runCommandLine } from './cli/run.ts';
import { commands } from './commands/command-table.ts';

/** Runs a command line to its exit code. */
export function main(argv: readonly string[], options: Omit<RunOptions, 'commands'>): Promise<number> {
  hideToken(argv);
  return runCommandLine(argv, { ...options, commands });
}

/** A token on the command line is seen by every user of the machine: from here on the list of processes shows a name only. */
function hideToken(argv: readonly string[]): void {
  const isToken = (word: string) => /^--(?:token|oauth2[-_]access[-_]token)(?:=|$)/.test(word);
  if (argv.some(isToken)) process.title = 'appcfg';
}

/** For oclif's own tools, which find the commands through package.json (strategy "explicit"). */
export const COMMANDS = Object.fromEntries(
  Object.entries(commands).map(([id, load]) => [
    id,
    {
      run: async (argv: string[], config: Config) => {
        const { default: commandClass } = await load();
        return new commandClass(argv, config).start();
      },
    },
  ]),
);
