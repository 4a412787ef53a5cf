/** The help pages by themselves, for a launcher that needs nothing else: a small bundle of its own, without oclif. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type HelpHost, type HelpSource, showCommandHelp, showRootHelp, showTopicHelp } from './cli/help.ts';

interface Package {
  readonly version: string;
  readonly description?: string;
  readonly oclif: {
    readonly bin: string;
    readonly topics?: Readonly<Record<string, { readonly description?: string }>>;
  };
}

const processHost: HelpHost = {
  stdout: (text) => {
    // A reader that goes away has read enough.
    process.stdout.on('error', () => process.exit(0));
    process.stdout.write(text);
  },
  get isOutputTerminal() {
    return process.stdout.isTTY === true;
  },
  get columns() {
    return process.stdout.columns ?? process.stderr.columns ?? 80;
  },
  environment: process.env,
};

/**
 * Answers the plain ways to ask for help: `--help`, `help COMMAND`, `COMMAND --help`.
 * @returns false, and nothing was written, for everything else, which is the command line reader's
 */
export function showHelp(argv: readonly string[], root: string, host = processHost): boolean {
  const words = subjectOf(argv);
  if (!words) return false;
  const source = readSource(root);
  const id = words.join(':');
  if (id === '') showRootHelp(source, host);
  else if (source.findCommand(id)) showCommandHelp(id, source, host);
  else if (source.findTopic(id)) showTopicHelp(id, source, host);
  else return false;
  return true;
}

/** The words that name what is asked about; undefined when it is not plain that this is asked. */
function subjectOf(argv: readonly string[]): readonly string[] | undefined {
  const last = argv.at(-1);
  const isFlag = last === '--help' || last === '-h';
  const isWord = argv[0] === 'help';
  if (argv.length > 0 && isFlag === isWord) return undefined;
  const words = isFlag ? argv.slice(0, -1) : argv.slice(1);
  return words.every((word) => /^[a-z][a-z_-]*$/.test(word))
    ? words.map((word) => word.replaceAll('_', '-'))
    : undefined;
}

function readSource(root: string): HelpSource {
  const pjson: Package = readJson(root, 'package.json');
  const manifest: { readonly commands: Readonly<Record<string, HelpSource['commands'][number]>> } = readJson(
    root,
    'oclif.manifest.json',
  );
  const { topics = {} } = pjson.oclif;
  const own = Object.values(manifest.commands);
  const commands = own.flatMap((command) => [command, ...command.aliases.map((id) => ({ ...command, id }))]);
  return {
    bin: pjson.oclif.bin,
    version: pjson.version,
    pjson,
    commands,
    findCommand: (id) => commands.find((command) => command.id === id),
    findTopic: (id) => (Object.hasOwn(topics, id) ? topics[id] : topicOf(id, own)),
  };
}

/** As oclif has it: a topic that package.json does not describe is described by its first command. */
function topicOf(id: string, commands: HelpSource['commands']): { readonly description?: string } | undefined {
  const first = commands.find((command) => !command.hidden && `${command.id}:`.startsWith(`${id}:`));
  const description = first?.summary ?? first?.description;
  if (!first) return undefined;
  return description === undefined ? {} : { description };
}

function readJson<T>(root: string, file: string): T {
  return JSON.parse(readFileSync(join(root, file), 'utf8')) as T;
}
