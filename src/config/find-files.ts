/** Finds the yaml files that a command's arguments stand for. */
import { accessSync, constants, type Dirent, readdirSync, statSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import type { Diagnostic } from '../model/diagnostic.ts';
import type { SettingsKind } from '../model/settings.ts';
import { diagnosticOfFile } from './findings.ts';
import { readConfigFile } from './read-config-file.ts';
import { settingsFiles, settingsKindOfName } from './settings/settings-file.ts';
import { closest } from './shape/read-scalar.ts';

export interface FoundFile {
  /** Absolute. */
  readonly path: string;
  /** As the user named it, or would. */
  readonly file: string;
}

export interface FoundSettings extends FoundFile {
  readonly kind: SettingsKind;
}

export interface FoundFiles {
  /** In the order of the arguments, each once. */
  readonly modules: readonly FoundFile[];
  readonly settings: readonly FoundSettings[];
  /** Modules that lie beside a deployed one and are not deployed. */
  readonly passedOver: readonly FoundFile[];
  /** Settings files beside a module's file that was named; they are not deployed. */
  readonly settingsPassedOver: readonly FoundSettings[];
  readonly diagnostics: readonly Diagnostic[];
}

interface Search {
  readonly workingDirectory: string;
  readonly modules: Map<string, FoundFile>;
  readonly settings: Map<string, FoundSettings>;
  readonly passedOver: Map<string, FoundFile>;
  readonly settingsPassedOver: Map<string, FoundSettings>;
  readonly diagnostics: Diagnostic[];
}

export function findFiles(paths: readonly string[], workingDirectory: string, allModules: boolean): FoundFiles {
  const search: Search = {
    workingDirectory,
    modules: new Map(),
    settings: new Map(),
    passedOver: new Map(),
    settingsPassedOver: new Map(),
    diagnostics: [],
  };
  for (const named of paths.length === 0 ? ['.'] : paths) {
    const path = resolve(workingDirectory, named);
    const kind = kindOfPath(path);
    if (kind === 'directory') searchDirectory(path, named, allModules, search);
    else if (kind === 'file') searchFile(path, named, search);
    else search.diagnostics.push(missing(path, named, kind));
  }
  const left = <T>(found: ReadonlyMap<string, T>, taken: ReadonlyMap<string, unknown>) =>
    [...found].filter(([path]) => !taken.has(path)).map(([, file]) => file);
  return {
    modules: [...search.modules.values()],
    settings: [...search.settings.values()],
    passedOver: left(search.passedOver, search.modules),
    settingsPassedOver: left(search.settingsPassedOver, search.settings),
    diagnostics: search.diagnostics,
  };
}

type PathKind = 'directory' | 'file' | 'absent' | 'other' | 'unreadable';

function kindOfPath(path: string): PathKind {
  try {
    const stats = statSync(path);
    if (stats.isDirectory()) {
      accessSync(path, constants.R_OK | constants.X_OK);
      return 'directory';
    }
    return stats.isFile() ? 'file' : 'other';
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    return code === 'ENOENT' || code === 'ENOTDIR' ? 'absent' : 'unreadable';
  }
}

function missing(path: string, named: string, kind: PathKind): Diagnostic {
  if (kind === 'other')
    return diagnosticOfFile(named, 'file-unexpected', `${named} is neither a file nor a directory.`);
  if (kind === 'unreadable') {
    return diagnosticOfFile(named, 'file-unreadable', `${named} can not be read.`, 'Check its permissions.');
  }
  const beside = closest(
    basename(path),
    namesIn(dirname(path)).filter((name) => sharesLetters(name, basename(path))),
  );
  const hint =
    beside === undefined
      ? 'Check the spelling and the current directory.'
      : `Did you mean ${join(dirname(named), beside)}?`;
  return diagnosticOfFile(named, 'file-missing', `${named} does not exist.`, hint);
}

/** Short names are all close to one another; a suggestion should at least begin alike or be a word away from its ending. */
function sharesLetters(name: string, wanted: string): boolean {
  const stem = (file: string) => file.replace(/\.[^.]*$/, '').toLowerCase();
  return stem(name) === stem(wanted) || stem(name).charAt(0) === stem(wanted).charAt(0);
}

function foldersIn(directory: string): readonly string[] {
  const entries = readdirSync(directory, { withFileTypes: true });
  const isFolder = (entry: Dirent) =>
    entry.isDirectory() || (entry.isSymbolicLink() && kindOfPath(join(directory, entry.name)) === 'directory');
  return entries
    .filter(isFolder)
    .map(({ name }) => name)
    .sort();
}

function namesIn(directory: string): readonly string[] {
  try {
    return readdirSync(directory).sort();
  } catch {
    return [];
  }
}

function searchFile(path: string, named: string, search: Search): void {
  const name = basename(path);
  const kind = settingsKindOfName(name);
  if (kind !== undefined) {
    search.settings.set(path, { path, file: named, kind });
  } else if (!/\.ya?ml$/.test(name)) {
    const hint = 'Name a yaml file, or the directory that it is in.';
    search.diagnostics.push(diagnosticOfFile(named, 'file-not-yaml', `${named} is not a yaml file.`, hint));
  } else {
    search.modules.set(path, { path, file: named });
    for (const found of settingsIn(dirname(path), dirname(named))) search.settingsPassedOver.set(found.path, found);
  }
}

function searchDirectory(path: string, named: string, allModules: boolean, search: Search): void {
  const names = namesIn(path);
  const own = ['app.yaml', 'app.yml'].find((name) => names.includes(name) && kindOfPath(join(path, name)) === 'file');
  const generated = own === undefined ? generatedModule(path, named) : undefined;
  const main = own === undefined ? generated : { path: join(path, own), file: shown(named, own) };
  const all = modulesBelow(path, named, main);
  const takesAll = allModules || main === undefined;
  for (const module of all) (takesAll || module === main ? search.modules : search.passedOver).set(module.path, module);
  for (const found of settingsIn(path, named)) search.settings.set(found.path, found);
  if (all.length === 0) search.diagnostics.push(noModule(named, names, search));
}

function noModule(named: string, names: readonly string[], search: Search): Diagnostic {
  const where = named === '.' ? `The current directory (${search.workingDirectory})` : `Directory ${named}`;
  if (names.length === 0) {
    return diagnosticOfFile(named, 'no-module', `${where} is empty.`, 'Make a starter application with: appcfg init');
  }
  const message = `${where} has no app.yaml, and neither it nor its direct sub-folders have another yaml file that describes a module.`;
  return diagnosticOfFile(named, 'no-module', message, 'Write an app.yaml, or make one with: appcfg init');
}

function shown(named: string, ...names: readonly string[]): string {
  return join(named, ...names);
}

/** Where Java's staging puts the files that it makes of appengine-web.xml, cron.xml ... */
const generatedFolder = join('WEB-INF', 'appengine-generated');

function generatedModule(path: string, named: string): FoundFile | undefined {
  const name = ['app.yaml', 'app.yml'].find(
    (candidate) => kindOfPath(join(path, generatedFolder, candidate)) === 'file',
  );
  return name === undefined
    ? undefined
    : { path: join(path, generatedFolder, name), file: shown(named, generatedFolder, name) };
}

function settingsIn(path: string, named: string): readonly FoundSettings[] {
  const kinds = Object.entries(settingsFiles) as readonly [SettingsKind, { readonly baseName: string }][];
  return kinds.flatMap(([kind, { baseName }]) => {
    const names = [`${baseName}.yaml`, `${baseName}.yml`];
    const name = [...names, ...names.map((one) => join(generatedFolder, one))].find(
      (candidate) => kindOfPath(join(path, candidate)) === 'file',
    );
    return name === undefined ? [] : [{ path: join(path, name), file: shown(named, name), kind }];
  });
}

const ignoredFolders = new Set(['node_modules', '__pycache__']);

/** The main module first, then those of the directory itself, then those of its sub-folders, by name. */
function modulesBelow(path: string, named: string, main: FoundFile | undefined): readonly FoundFile[] {
  const folders = foldersIn(path).filter((name) => !name.startsWith('.') && !ignoredFolders.has(name));
  const found = [
    ...moduleFilesIn(path, named),
    ...folders.flatMap((folder) => moduleFilesIn(join(path, folder), shown(named, folder))),
  ];
  const others = found.filter((module) => module.path !== main?.path);
  return main === undefined ? others : [main, ...others];
}

function moduleFilesIn(path: string, named: string): readonly FoundFile[] {
  return namesIn(path)
    .filter((name) => /\.ya?ml$/.test(name) && settingsKindOfName(name) === undefined)
    .map((name) => ({ path: join(path, name), file: shown(named, name) }))
    .filter((candidate) => describesModule(candidate.path));
}

/** A key `runtime` at the top level; looked for in the text, so that a file with mistakes is found too. */
function describesModule(path: string): boolean {
  const name = basename(path);
  if (name === 'app.yaml' || name === 'app.yml') return kindOfPath(path) === 'file';
  const read = readConfigFile(path, path);
  return read.ok && /^(?:\{\s*)?(["']?)runtime\1\s*:/m.test(new TextDecoder().decode(read.source));
}

/** How a path is shown that the user did not type. */
export function shownPath(path: string, workingDirectory: string): string {
  const short = relative(workingDirectory, path);
  return short.startsWith('..') ? path : short;
}
