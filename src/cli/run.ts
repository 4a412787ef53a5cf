/** A command line -> a command that runs -> an exit code. */
import type { Config } from '@oclif/core';
import { failure } from '../errors.ts';
import { nearest } from '../support/nearest.ts';
import { type CommandLine, readCommandLine } from './argv.ts';
import { commandNames } from './command-names.ts';
import type { CommandClass, CommandTable } from './command-table.ts';
import { type Host, processHost } from './host.ts';
import { AppcfgConfig, AppcfgPlugin } from './plugin.ts';
import { showFailure } from './show-failure.ts';

export interface RunOptions {
  readonly commands: CommandTable;
  /** Where package.json is. */
  readonly root: string;
  readonly ignoresManifest?: boolean;
  readonly host?: Host;
}

/** Never throws: what goes wrong is shown, and is in the exit code. */
export async function runCommandLine(argv: readonly string[], options: RunOptions): Promise<number> {
  const host = options.host ?? processHost;
  try {
    return await dispatch(argv, await loadConfig(options), host);
  } catch (error) {
    return showFailure(error, { argv, host });
  }
}

export async function loadConfig(options: RunOptions): Promise<Config> {
  const plugin = new AppcfgPlugin({
    root: options.root,
    commands: options.commands,
    ignoresManifest: options.ignoresManifest === true,
  });
  await plugin.load();
  const config = new AppcfgConfig(plugin);
  await config.load();
  return config;
}

async function dispatch(argv: readonly string[], config: Config, host: Host): Promise<number> {
  if (argv.length === 1 && argv[0] === '--version') {
    host.stdout(`${config.userAgent}\n`);
    return 0;
  }
  const line = readCommandLine(argv, commandNames(config));
  if (isHelpWanted(line) || isTopic(line, config)) return showHelp(line, config, host);
  if (line.id === undefined) throw unknownCommand(line, config);
  const found = config.findCommand(line.id, { must: true });
  const commandClass = (await found.load()) as unknown as CommandClass;
  const command = new commandClass([...line.rest], config);
  command.host = host;
  await command.start();
  return command.exitCode;
}

function isHelpWanted(line: CommandLine): boolean {
  if (line.words.length === 0 || line.words[0] === 'help') return true;
  const options = line.rest.includes('--') ? line.rest.slice(0, line.rest.indexOf('--')) : line.rest;
  return options.includes('--help') || options.includes('-h');
}

/** `platform` alone: what can be done with it. */
function isTopic(line: CommandLine, config: Config): boolean {
  return line.id === undefined && config.findTopic(line.words.join(':')) !== undefined;
}

async function showHelp(line: CommandLine, config: Config, host: Host): Promise<number> {
  const isHelpCommand = line.words[0] === 'help';
  const subject = isHelpCommand ? [...line.words.slice(1), ...line.rest] : line.words;
  const words = subject.filter((word) => !word.startsWith('-')).map((word) => word.replaceAll('_', '-'));
  const help = await import('./help.ts');
  const id = words.join(':');
  if (words.length === 0) help.showRootHelp(config, host);
  else if (config.findCommand(id) !== undefined) help.showCommandHelp(id, config, host);
  else if (config.findTopic(id) !== undefined) help.showTopicHelp(id, config, host);
  else throw unknownCommand({ ...line, words }, config);
  return 0;
}

function unknownCommand(line: CommandLine, config: Config): Error {
  const command = line.words.join(' ');
  const known = config.commands
    .filter((candidate) => !candidate.hidden)
    .map((candidate) => candidate.id.replaceAll(':', ' '));
  return failure('usage.unknown-command', { command, suggestion: nearest(command, known) });
}
