/** Help texts: the commands by what they are for, the commands of a topic, and a page for each command. */
import type { Command } from '@oclif/core';
import { wantsColour } from './colour.ts';
import { helpGroups } from './help-groups.ts';
import type { Host } from './host.ts';
import { type HelpLayout, renderCommandHelp } from './render/command-help.ts';
import { colourStyle, plainStyle } from './render/style.ts';
import { labelled } from './render/wrap.ts';

/** What help is made from: oclif's configuration, or the manifest alone. */
export interface HelpSource {
  readonly bin: string;
  readonly version: string;
  readonly pjson: { readonly version: string; readonly description?: string | undefined };
  readonly commands: readonly Command.Cached[];
  findCommand(id: string): Command.Cached | undefined;
  findTopic(id: string): { readonly description?: string | undefined } | undefined;
}

export type HelpHost = Pick<Host, 'stdout' | 'isOutputTerminal' | 'columns' | 'environment'>;

export function showRootHelp(config: HelpSource, host: HelpHost): void {
  const layout = layoutOf(config, host);
  const { style, width, bin } = layout;
  const summaries = summariesOf(config);
  const labelWidth = Math.max(...[...summaries.keys()].map((name) => name.length));
  const grouped = new Set(helpGroups.flatMap(([, names]) => names));
  const others = [...summaries.keys()].filter((name) => !grouped.has(name));
  const sections = [...helpGroups, ['Other', others] as const].flatMap(([title, names]) => {
    const known = names.filter((name) => summaries.has(name));
    const lines = known.map((name) => labelled(name, summaries.get(name) ?? '', { labelWidth, width }));
    return lines.length === 0 ? [] : [`${style.bold(title)}\n${lines.join('\n')}`];
  });
  const first = `  ${bin} update app.yaml   deploys to the platform on this machine, which starts by itself`;
  print(host, [
    `${config.pjson.description} (${bin} ${config.version})`,
    `${style.bold('Usage')}\n  ${bin} COMMAND [options]\n  ${bin} help COMMAND`,
    ...sections,
    `${style.bold('Begin with')}\n${first}`,
  ]);
}

export function showTopicHelp(id: string, config: HelpSource, host: HelpHost): void {
  const layout = layoutOf(config, host);
  const { style, width, bin } = layout;
  const commands = visibleCommands(config).filter((command) => command.id.startsWith(`${id}:`));
  const names = commands.map((command) => command.id.replaceAll(':', ' '));
  const labelWidth = Math.max(...names.map((name) => name.length));
  const lines = commands.map((command, index) =>
    labelled(names[index] ?? '', command.summary ?? '', { labelWidth, width }),
  );
  print(host, [
    config.findTopic(id)?.description ?? '',
    `${style.bold('Usage')}\n  ${bin} ${id} COMMAND [options]`,
    `${style.bold('Commands')}\n${lines.join('\n')}`,
  ]);
}

export function showCommandHelp(id: string, config: HelpSource, host: HelpHost): void {
  const command = config.findCommand(id);
  if (!command) throw new TypeError(`there is no command ${id}`);
  print(host, [renderCommandHelp(command, layoutOf(config, host))]);
}

/** First-level names with what they do; a topic goes by its own name, and other names of commands are left out. */
function summariesOf(config: HelpSource): ReadonlyMap<string, string> {
  const summaries = new Map<string, string>();
  for (const command of visibleCommands(config)) {
    const [first = '', second] = command.id.split(':');
    if (second === undefined && !command.aliases.includes(first)) summaries.set(first, command.summary ?? '');
    else if (second !== undefined) summaries.set(first, config.findTopic(first)?.description ?? '');
  }
  return summaries;
}

function visibleCommands(config: HelpSource): readonly Command.Cached[] {
  return config.commands.filter((command) => !command.hidden);
}

function layoutOf(config: HelpSource, host: HelpHost): HelpLayout {
  const hasColour = wantsColour(host.environment, host.isOutputTerminal, false);
  const width = Math.min(Math.max(host.columns, 60), 110);
  return { bin: config.bin, style: hasColour ? colourStyle : plainStyle, width };
}

function print(host: HelpHost, blocks: readonly string[]): void {
  host.stdout(`${blocks.join('\n\n').trimEnd()}\n`);
}
