/** The documents that are made from the commands. */
import type { CommandTable } from './command-table.ts';
import { commandManifest } from './manifest.ts';
import { type DocumentedCommand, renderCommandDocs } from './render/command-docs.ts';
import { renderManPage } from './render/man-page.ts';

/** Path in the package -> content. */
export async function generatedCommandDocs(options: {
  readonly root: string;
  readonly commands: CommandTable;
  readonly description: string;
}): Promise<ReadonlyMap<string, string>> {
  const manifest = (await commandManifest(options)) as {
    readonly version: string;
    readonly commands: Readonly<Record<string, DocumentedCommand>>;
  };
  const commands = Object.values(manifest.commands);
  const { description } = options;
  return new Map([
    ['docs/commands.md', renderCommandDocs(commands)],
    ['docs/appcfg.1', renderManPage(commands, { version: manifest.version, description })],
  ]);
}
