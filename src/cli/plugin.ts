/** The root plugin of oclif, fed from our command table instead of from a folder of files. */
import { type Command, Plugin } from '@oclif/core';
import type { CommandTable } from './command-table.ts';

export interface PluginSource {
  /** Where package.json and oclif.manifest.json are. */
  readonly root: string;
  readonly commands: CommandTable;
  /** Loads every command instead of reading the manifest: for running from sources, and for writing the manifest. */
  readonly ignoresManifest: boolean;
}

export class AppcfgPlugin extends Plugin {
  readonly #commands: CommandTable;

  constructor(source: PluginSource) {
    super({ root: source.root, isRoot: true, ignoreManifest: source.ignoresManifest, errorOnManifestCreate: true });
    this.#commands = source.commands;
    // Spares oclif from loading the bundle once more to learn the ids, which is all that it takes from here.
    const ids = Object.fromEntries(Object.keys(source.commands).map((id) => [id, { run: () => undefined }]));
    Object.assign(this, { commandCache: ids });
  }

  override async findCommand(id: string): Promise<Command.Class> {
    const load = this.#commands[id];
    if (load === undefined) throw new Error(`the command ${id} is in the manifest and not in the command table`);
    const found = (await load()).default as unknown as Command.Class;
    found.id = id;
    found.plugin = this;
    return found;
  }
}
