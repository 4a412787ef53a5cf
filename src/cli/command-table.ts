/** Which commands there are, each loaded when it is needed. */
import type { Config } from '@oclif/core';
import type { BaseCommand } from './base-command.ts';

export type CommandClass = new (argv: string[], config: Config) => BaseCommand;

/** Command id (`instances:list`) -> its module. */
export type CommandTable = Readonly<Record<string, () => Promise<{ readonly default: CommandClass }>>>;
