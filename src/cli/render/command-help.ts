/** What the manifest knows about a command -> its help page. */
import type { Command } from '@oclif/core';
import type { Style } from './style.ts';
import { labelled, wrapText } from './wrap.ts';

export interface HelpLayout {
  /** `appcfg` */
  readonly bin: string;
  readonly style: Style;
  /** Columns. */
  readonly width: number;
}

type Flag = Command.Cached['flags'][string];

export function renderCommandHelp(command: Command.Cached, layout: HelpLayout): string {
  const { bin, style, width } = layout;
  const name = `${bin} ${command.id.replaceAll(':', ' ')}`;
  const args = Object.values(command.args).filter((arg) => arg.hidden !== true);
  const flags = Object.values(command.flags).filter((flag) => flag.hidden !== true);
  const usage = [name, ...args.map(argumentName), '[options]'].join(' ');
  const section = (title: string, body: string) => (body === '' ? [] : [`${style.bold(title)}\n${body}`]);
  const aliases = command.aliases.map((alias) => `  ${bin} ${alias.replaceAll(':', ' ')}`);
  return [
    command.summary ?? '',
    ...section('Usage', `  ${usage}`),
    ...section(
      'Arguments',
      list(
        args.map((arg) => [argumentName(arg), arg.description ?? '']),
        width,
      ),
    ),
    ...section(
      'Options',
      flagList(
        flags.filter((flag) => flag.helpGroup === undefined),
        width,
      ),
    ),
    ...section(
      'Options of every command',
      flagList(
        flags.filter((flag) => flag.helpGroup !== undefined),
        width,
      ),
    ),
    ...section('About', indented(command.description ?? '', width)),
    ...section('Other names', aliases.join('\n')),
    ...section('Examples', examples(command, bin)),
  ].join('\n\n');
}

export function argumentName(arg: {
  readonly name: string;
  readonly required?: boolean;
  readonly multiple?: boolean;
}): string {
  const name = `${arg.name.toUpperCase()}${arg.multiple === true ? '...' : ''}`;
  return arg.required === true ? name : `[${name}]`;
}

function flagList(flags: readonly Flag[], width: number): string {
  return list(flags.map((flag) => [flagName(flag), flagText(flag)] as const).sort(byName), width);
}

function flagName(flag: Flag): string {
  const letter = flag.char === undefined ? '    ' : `-${flag.char}, `;
  if (flag.type === 'boolean') return `${letter}--${flag.allowNo === true ? '[no-]' : ''}${flag.name}`;
  return `${letter}--${flag.name} ${flag.helpValue ?? 'VALUE'}`;
}

export function flagText(flag: Flag): string {
  const facts: string[] = [];
  if (flag.type === 'option' && flag.options !== undefined) facts.push(`One of: ${flag.options.join(', ')}.`);
  if (flag.type === 'option' && flag.default !== undefined) facts.push(`Default: ${String(flag.default)}.`);
  if (flag.env !== undefined) facts.push(`Also ${flag.env}.`);
  if (flag.required === true) facts.push('Required.');
  return [flag.summary ?? flag.description ?? '', ...facts].join(' ');
}

/** By the long name: the letters stand in a column of their own. */
function byName([a]: readonly [string, string], [b]: readonly [string, string]): number {
  const key = (name: string) => name.slice(4).replace('[no-]', '');
  return key(a) < key(b) ? -1 : 1;
}

function list(rows: readonly (readonly [string, string])[], width: number): string {
  const labelWidth = Math.min(30, Math.max(0, ...rows.map(([label]) => label.length)));
  return rows.map(([label, text]) => labelled(label, text, { labelWidth, width })).join('\n');
}

function indented(text: string, width: number): string {
  return wrapText(text, width - 2)
    .map((line) => (line === '' ? '' : `  ${line}`))
    .join('\n');
}

function examples(command: Command.Cached, bin: string): string {
  return (command.examples ?? [])
    .map((example) => `  ${String(example).replaceAll('<%= config.bin %>', bin)}`)
    .join('\n');
}
