/** The root plugin of oclif, fed from our command table instead of from a folder of files. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Command, Interfaces } from '@oclif/core';
// From its parts: the main entry also loads what only oclif's own main program needs, at every start.
import { Config, Plugin } from '@oclif/core/config';
import type { CommandTable } from './command-table.ts';

export interface PluginSource {
  /** Where package.json and oclif.manifest.json are. */
  readonly root: string;
  readonly commands: CommandTable;
  /** Loads every command instead of reading the manifest: for running from sources, and for writing the manifest. */
  readonly ignoresManifest: boolean;
}

export class AppcfgPlugin extends Plugin {
  readonly #source: PluginSource;

  constructor(source: PluginSource) {
    super({ root: source.root, isRoot: true, ignoreManifest: source.ignoresManifest, errorOnManifestCreate: true });
    this.#source = source;
    // Spares oclif from loading the bundle once more to learn the ids, which is all that it takes from here.
    const ids = Object.fromEntries(Object.keys(source.commands).map((id) => [id, { run: () => undefined }]));
    Object.assign(this, { commandCache: ids });
  }

  /** With a manifest, oclif's own load() looks for a root we know, and wakes ICU up (10 ms) to sort what is sorted. */
  override async load(): Promise<void> {
    if (this.#source.ignoresManifest) return super.load();
    this.pjson = readJson(this.#source.root, 'package.json');
    this.manifest = readJson(this.#source.root, 'oclif.manifest.json');
    this.root = this.#source.root;
    this.type = 'core';
    this.isRoot = true;
    this.valid = true;
    this.hasManifest = true;
    this.moduleType = 'module';
    this.name = this.pjson.name;
    this.alias = this.pjson.name;
    this.version = this.pjson.version;
    this.hooks = {};
    this.commandIDs = Object.keys(this.manifest.commands);
    this.commands = Object.entries(this.manifest.commands).map(([id, cached]) => ({
      ...cached,
      load: () => this.findCommand(id),
      pluginAlias: this.alias,
      pluginType: this.type,
    }));
  }

  override async findCommand(id: string): Promise<Command.Class> {
    const load = this.#source.commands[id];
    if (load === undefined) throw new Error(`the command ${id} is in the manifest and not in the command table`);
    const found = (await load()).default as unknown as Command.Class;
    found.id = id;
    found.plugin = this;
    return found;
  }
}

/** oclif's configuration without its themes, and without its debug log unless DEBUG asks for it: 7 ms. */
export class AppcfgConfig extends Config {
  constructor(plugin: AppcfgPlugin) {
    const logger = process.env.DEBUG === undefined ? { logger: silentLogger('oclif') } : {};
    super({ root: plugin.root, plugins: new Map([[plugin.name, plugin]]), ...logger });
  }

  override scopedEnvVarTrue(name: string): boolean {
    return name === 'DISABLE_THEME' || super.scopedEnvVarTrue(name);
  }
}

function silentLogger(namespace: string): Interfaces.Logger {
  const silent = () => undefined;
  return {
    namespace,
    child: (name) => silentLogger(`${namespace}:${name}`),
    debug: silent,
    error: silent,
    info: silent,
    trace: silent,
    warn: silent,
  };
}

function readJson<T>(root: string, file: string): T {
  return JSON.parse(readFileSync(join(root, file), 'utf8')) as T;
}
