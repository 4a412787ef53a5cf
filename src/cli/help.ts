/** Help texts: the commands by what they are for, then oclif's own page for each. */
import { type Config, Help } from '@oclif/core';
import { type Host, wantsColour } from './host.ts';
import { colourStyle, plainStyle, type Style } from './render/style.ts';

/** The order in which people need them. What is not named here is found under "Other". */
const groups: readonly (readonly [string, readonly string[]])[] = [
  ['Deploy', ['update', 'deploy', 'rollback', 'validate', 'files', 'package']],
  [
    'Look',
    [
      'status',
      'list-versions',
      'releases',
      'instances',
      'modules',
      'services',
      'versions',
      'describe',
      'logs',
      'browse',
    ],
  ],
  [
    'Operate',
    [
      'start',
      'stop',
      'set-num-instances',
      'set-default-version',
      'set-traffic',
      'migrate-traffic',
      'delete-version',
      'operations',
    ],
  ],
  [
    'Settings',
    ['update-cron', 'update-queues', 'update-indexes', 'update-dispatch', 'update-dos', 'vacuum-indexes', 'cron-info'],
  ],
  ['Platform', ['platform', 'doctor']],
];

export class AppcfgHelp extends Help {
  readonly #host: Host;
  readonly #style: Style;

  constructor(config: Config, host: Host) {
    const hasColour = wantsColour(host.environment, host.isOutputTerminal, false);
    super(config, { ...config.pjson.oclif.helpOptions, stripAnsi: !hasColour });
    this.#host = host;
    this.#style = hasColour ? colourStyle : plainStyle;
  }

  showRoot(): void {
    const { config } = this;
    const style = this.#style;
    const summaries = this.#summaries();
    const width = Math.max(...[...summaries.keys()].map((name) => name.length));
    const grouped = new Set(groups.flatMap(([, names]) => names));
    const others = [...summaries.keys()].filter((name) => !grouped.has(name));
    const sections = [...groups, ['Other', others] as const].map(([title, names]) => {
      const lines = names.flatMap((name) => {
        const summary = summaries.get(name);
        return summary === undefined ? [] : [`  ${name.padEnd(width)}  ${summary}`];
      });
      return lines.length === 0 ? '' : `${style.bold(title)}\n${lines.join('\n')}`;
    });
    this.#print(
      [
        `${config.pjson.description} (${config.bin} ${config.version})`,
        `${style.bold('Usage')}\n  ${config.bin} COMMAND [options]\n  ${config.bin} help COMMAND`,
        ...sections.filter((section) => section !== ''),
        `${style.bold('Begin with')}\n  ${config.bin} update app.yaml   deploy to the platform on this machine, which starts by itself`,
      ].join('\n\n'),
    );
  }

  showCommand(id: string): void {
    const command = this.config.findCommand(id, { must: true });
    const summary = this.summary(command);
    this.#print(`${summary === undefined ? '' : `${summary}\n\n`}${this.formatCommand(command)}`);
  }

  showTopic(id: string): void {
    const topic = this.config.findTopic(id, { must: true });
    const commands = this.sortedCommands.filter((command) => command.id.startsWith(`${id}:`));
    this.#print(`${this.formatTopic(topic)}\n${this.formatCommands(commands)}`);
  }

  /** First-level names with what they do; a topic goes by its own name, and aliases are left out. */
  #summaries(): ReadonlyMap<string, string> {
    const summaries = new Map<string, string>();
    for (const topic of this.sortedTopics) {
      if (!topic.name.includes(':')) summaries.set(topic.name, topic.description ?? '');
    }
    for (const command of this.sortedCommands) {
      const isAlias = [...command.aliases, ...command.hiddenAliases].includes(command.id);
      if (!command.id.includes(':') && !isAlias) summaries.set(command.id, command.summary ?? '');
    }
    return summaries;
  }

  #print(text: string): void {
    this.#host.stdout(`${text.trimEnd()}\n`);
  }
}
