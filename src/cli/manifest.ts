/** What oclif.manifest.json says about every command, from the commands themselves. */
import type { CommandTable } from './command-table.ts';
import { AppcfgPlugin } from './plugin.ts';

/** The content of the manifest: plain data, sorted by command id, the same on every machine. */
export async function commandManifest(options: {
  readonly root: string;
  readonly commands: CommandTable;
}): Promise<unknown> {
  const plugin = new AppcfgPlugin({ ...options, ignoresManifest: true });
  await plugin.load();
  const ids = Object.keys(plugin.manifest.commands).sort();
  const commands = Object.fromEntries(ids.map((id) => [id, plugin.manifest.commands[id]]));
  return JSON.parse(JSON.stringify({ commands, version: plugin.manifest.version }));
}
