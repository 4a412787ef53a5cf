/** A command line -> a command that runs -> an exit code. */
import type { Config } from '@oclif/core';
import { failure } from '../errors.ts';
import { nearest } from '../support/nearest.ts';
import { type CommandLine, readCommandLine } from './argv.ts';
import { commandNames } from './command-names.ts';
import type { CommandClass, CommandTable } from './command-table.ts';
import { hidingHost } from './hide-secrets.ts';
import { type Host, processHost } from './host.ts';
import { goneCommands } from './original/gone-commands.ts';
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
  const host = hidingHost(options.host ?? processHost);
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
  if (line.words.length === 0) throw failure('usage.no-command', { options: optionsOf(line.rest) });
  if (line.id === undefined) throw unknownCommand(line, config);
  if (!isSilent(line.rest)) for (const note of line.notes) host.stderr(`Note: ${note}\n`);
  const found = config.findCommand(line.id, { must: true });
  const commandClass = (await found.load()) as unknown as CommandClass;
  const command = new commandClass([...line.rest], config);
  command.host = host;
  await command.start();
  if (host.isErrorTerminal && !isSilent(line.rest)) {
    const { showUpdateNotice } = await import('./update-notice.ts');
    showUpdateNotice(host);
  }
  return command.exitCode;
}

function isHelpWanted(line: CommandLine): boolean {
  if (line.words[0] === 'help' || (line.words.length === 0 && line.rest.length === 0)) return true;
  const options = beforeDashes(line.rest);
  return options.includes('--help') || options.includes('-h');
}

/** Without values: they may be secrets. */
function optionsOf(rest: readonly string[]): readonly string[] {
  return beforeDashes(rest).flatMap((token) => (token.startsWith('-') ? [token.replace(/=.*$/, '')] : []));
}

function isSilent(rest: readonly string[]): boolean {
  return beforeDashes(rest).some((token) => token === '--quiet' || token === '--json' || /^-[Rafhiv]*q/.test(token));
}

function beforeDashes(tokens: readonly string[]): readonly string[] {
  const end = tokens.indexOf('--');
  return end === -1 ? tokens : tokens.slice(0, end);
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
  const instead = goneCommands[line.words[0] ?? ''];
  if (instead !== undefined) return failure('usage.gone-command', { command: line.words[0] ?? '', instead });
  const known = config.commands
    .filter((candidate) => !candidate.hidden)
    .map((candidate) => candidate.id.replaceAll(':', ' '));
  return failure('usage.unknown-command', { command, suggestion: nearest(command, known) });
}
