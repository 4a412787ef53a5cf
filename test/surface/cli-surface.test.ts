/** The command line that people and scripts rely on: a change of it shows up here, and is made on purpose. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { commandManifest } from '../../src/cli/manifest.ts';
import { commands } from '../../src/commands/command-table.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

interface ManifestFlag {
  readonly char?: string;
  readonly type: string;
  readonly aliases?: readonly string[];
  readonly allowNo?: boolean;
  readonly multiple?: boolean;
  readonly options?: readonly string[];
  readonly default?: unknown;
  readonly required?: boolean;
  readonly hidden?: boolean;
  readonly helpGroup?: string;
  readonly summary?: string;
}

interface ManifestCommand {
  readonly id: string;
  readonly summary?: string;
  readonly examples?: readonly string[];
  readonly aliases: readonly string[];
  readonly hiddenAliases: readonly string[];
  readonly args: Readonly<Record<string, { readonly required?: boolean; readonly multiple?: boolean }>>;
  readonly flags: Readonly<Record<string, ManifestFlag>>;
}

const manifest = (await commandManifest({ root, commands })) as {
  readonly version: string;
  readonly commands: Readonly<Record<string, ManifestCommand>>;
};
const all = Object.values(manifest.commands);

function flagText(name: string, flag: ManifestFlag): string {
  const names = [
    `--${flag.allowNo === true ? '[no-]' : ''}${name}`,
    ...(flag.aliases ?? []).map((alias) => `--${alias}`),
  ];
  if (flag.char !== undefined) names.push(`-${flag.char}`);
  const facts = [
    flag.type === 'boolean' ? [] : ['value'],
    flag.multiple === true ? ['repeatable'] : [],
    flag.required === true ? ['required'] : [],
    flag.options === undefined ? [] : [`one of ${flag.options.join('|')}`],
    flag.default === undefined ? [] : [`default ${String(flag.default)}`],
  ].flat();
  return [names.join(' '), ...facts].join(', ');
}

function argText([name, arg]: [string, ManifestCommand['args'][string]]): string {
  return `${name}${arg.required === true ? ', required' : ''}${arg.multiple === true ? ', repeatable' : ''}`;
}

it('is what it was', async () => {
  const globals = Object.entries(all[0]?.flags ?? {}).filter(([, flag]) => flag.helpGroup === 'global');
  const blocks = all.map((command) => {
    const others = [...command.aliases, ...command.hiddenAliases].map((alias) => `also ${alias.replaceAll(':', ' ')}`);
    const args = Object.entries(command.args).map((arg) => `<${argText(arg)}>`);
    const own = Object.entries(command.flags).filter(([, flag]) => flag.helpGroup !== 'global');
    const flags = own.map(([name, flag]) => flagText(name, flag)).sort();
    return [command.id.replaceAll(':', ' '), ...[...others, ...args, ...flags].map((line) => `  ${line}`)].join('\n');
  });
  const everywhere = ['every command', ...globals.map(([name, flag]) => `  ${flagText(name, flag)}`)].join('\n');
  await expect(`${[everywhere, ...blocks].join('\n\n')}\n`).toMatchFileSnapshot('cli-surface.txt');
});

it('is in the committed manifest', () => {
  const committed: unknown = JSON.parse(readFileSync(`${root}/oclif.manifest.json`, 'utf8'));
  expect(committed, 'stale: npm run manifest').toEqual(manifest);
});

it.each(all.map((command) => [command.id, command] as const))(
  '%s has a short summary and real examples',
  (id, command) => {
    expect(command.summary?.length).toBeGreaterThan(10);
    expect(command.summary?.length).toBeLessThanOrEqual(60);
    expect(command.examples?.length).toBeGreaterThan(0);
    for (const example of command.examples ?? []) {
      expect(example.startsWith(`<%= config.bin %> ${id.replaceAll(':', ' ')}`)).toBe(true);
    }
  },
);

it('gives a letter one kind of meaning: with a value everywhere, or without one everywhere', () => {
  const kinds = new Map<string, Set<string>>();
  for (const { flags } of all) {
    for (const { char, type } of Object.values(flags)) {
      if (char !== undefined) kinds.set(char, (kinds.get(char) ?? new Set()).add(type));
    }
  }
  expect([...kinds].filter(([, types]) => types.size > 1)).toEqual([]);
});

it('has --dry-run on everything that changes an application', () => {
  const looking =
    /^(.*:(list|describe|status|wait|tasks|deliveries)|status|releases|logs|browse|list-versions|version|download-app|platform:(run|status|gcloud-config)|validate|check|files|package|cron-info|resource-limits-info|describe|doctor|dev|completion|complete|request-logs|console|usage|audit|diff|top|webhook:test|whoami|login|logout|(config|context|token|plugins|lock):\w+)$/;
  const changing = all.filter((command) => !looking.test(command.id));
  expect(changing.length).toBeGreaterThan(8);
  expect(changing.filter((command) => command.flags['dry-run'] === undefined).map((command) => command.id)).toEqual([]);
});
