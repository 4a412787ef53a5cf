/** Builds at the isolation level of instances: they run code of packages, with the network and without the machine. */
import { closeSync, openSync } from 'node:fs';
import { chmod } from 'node:fs/promises';
import { join } from 'node:path';
import type { Environment } from '../../runtimes/executables.ts';
import type { BuildCommand, BuildConfinement, RunCommand } from '../../runtimes/runtime.ts';
import type { RunnableCommand } from '../process.ts';
import { becomeUser } from './become-user.ts';
import { type BuildHome, openBuildHome } from './build-home.ts';
import { buildPaths } from './build-paths.ts';
import { bwrapCommand } from './bwrap-command.ts';
import type { BwrapParts } from './bwrap-launcher.ts';
import type { GroupLimits } from './cgroup-settings.ts';
import { enterLimits } from './enter-limits.ts';
import { giveCache, giveFiles, takeBack } from './give-files.ts';
import { installationOf } from './installation.ts';
import type { LauncherParts } from './launcher-parts.ts';
import { type Mount, planMounts } from './mounts.ts';
import { openTree, type PlatformDirectories } from './open-directories.ts';
import { programScript, scriptReader, wrapperEnvironment } from './program-script.ts';

/** Undefined: as the platform's user. Otherwise what stands before a program of the level. */
export type BuildRunner = (run: (command: RunnableCommand) => ReturnType<RunCommand>) => RunCommand;

export interface BuildParts extends Omit<LauncherParts, 'clock' | 'guard'> {
  readonly directories: PlatformDirectories;
  /** Of the platform. */
  readonly environment: Environment;
  /** Undefined: level `process`. */
  readonly sandbox: Omit<BwrapParts, 'clock' | 'guard' | keyof LauncherParts> | undefined;
}

/** Compilers need much, and must not take everything. Below instances of any class when there is not enough for all. */
const BUILD_MEMORY_BYTES = 4 * 1024 ** 3;
const BUILD_CPU_WEIGHT = 25;
const SHARED_MEMORY_BYTES = 256 * 1024 * 1024;
const TEMPORARY = '/tmp';
/** What is opened for the sandbox is its descriptor 3. */
const FILTER_DESCRIPTOR = 3;

interface Confined extends BuildCommand {
  readonly confine: BuildConfinement;
}

export function confineBuilds(parts: BuildParts): BuildRunner {
  return (run) => async (command) => {
    const { confine } = command;
    if (confine === undefined) return run(command);
    return runConfined(parts, { ...command, confine }, run);
  };
}

async function runConfined(
  parts: BuildParts,
  command: Confined,
  run: (command: RunnableCommand) => ReturnType<RunCommand>,
): ReturnType<RunCommand> {
  const { application } = command.confine;
  const user = parts.userOf?.(application);
  const home = openBuildHome({ application, environment: parts.environment, builds: parts.directories.builds });
  const limits: GroupLimits = {
    memoryBytes: BUILD_MEMORY_BYTES,
    cpuWeight: BUILD_CPU_WEIGHT,
    processes: parts.processLimit,
  };
  const cgroup = parts.cgroups.create(parts.nextName(), limits);
  const filterFile = parts.sandbox?.filterFile;
  const descriptors = filterFile === undefined ? [] : [openSync(filterFile, 'r')];
  try {
    if (user !== undefined) await give(command.confine, home, user);
    const wrappers = [
      ...enterLimits({ groups: cgroup.joinFiles, openFiles: parts.openFiles }),
      ...rightsOf(parts, { command, home, user }),
    ];
    const [program = '', ...args] = [...wrappers, ...scriptReader, command.command, ...command.args];
    return await run({
      ...command,
      ...{ command: program, args, environment: wrapperEnvironment({}), descriptors, isWrapped: true },
      input: programScript(environmentOf(parts, command, home)),
    });
  } finally {
    for (const descriptor of descriptors) closeSync(descriptor);
    if (cgroup.hasRunOutOfMemory()) command.onOutput('stopped: used more than 4 GB of memory');
    cgroup.end();
    home.end();
    // What was built is not the application's to change.
    if (user !== undefined) for (const path of command.confine.results) await takeBack(path);
  }
}

interface Build {
  readonly command: Confined;
  readonly home: BuildHome;
  readonly user: number | undefined;
}

function rightsOf(parts: BuildParts, { command, home, user }: Build): readonly string[] {
  const { sandbox, directories } = parts;
  if (sandbox === undefined) {
    if (user !== undefined) openTree(command.confine.directory, user, directories);
    return becomeUser({ user, diesWithPlatform: true });
  }
  return bwrapCommand({
    ...{ program: sandbox.program, features: sandbox.features, user, hostName: 'build' },
    workingDirectory: command.cwd,
    mounts: mountsOf(parts, sandbox, { command, home, user }),
    ...(sandbox.filterFile === undefined ? {} : { filterDescriptor: FILTER_DESCRIPTOR }),
  });
}

function mountsOf(
  parts: BuildParts,
  sandbox: NonNullable<BuildParts['sandbox']>,
  { command, home, user }: Build,
): readonly Mount[] {
  const { directory, results, caches = [] } = command.confine;
  const shown = planMounts({
    system: [
      ...sandbox.system,
      ...sandbox.accounts.mountsFor(user),
      { type: 'scratch', path: '/dev/shm', bytes: SHARED_MEMORY_BYTES },
      { type: 'writable', path: TEMPORARY, source: home.temporaryDirectory },
    ],
    hidden: sandbox.hidden,
    readOnly: [
      directory,
      ...installationOf(command.command, sandbox.isPersonal),
      ...sandbox.toolPaths,
      ...buildPaths(parts.environment),
    ],
  });
  const writable = [...results, ...caches, home.directory];
  return [...shown, ...writable.map((path): Mount => ({ type: 'writable', path, source: path }))];
}

/** The home is the application's; the settings of the platform's user hold where the application names none. */
function environmentOf(
  parts: BuildParts,
  { environment }: Confined,
  home: BuildHome,
): Readonly<Record<string, string>> {
  const temporary = parts.sandbox === undefined ? home.temporaryDirectory : TEMPORARY;
  const settings = Object.entries(home.settings)
    .filter(([name]) => environment[name] === undefined || environment[name] === parts.environment[name])
    .map(([name, file]) => [name, join(temporary, file)]);
  return { ...environment, HOME: home.directory, TMPDIR: temporary, ...Object.fromEntries(settings) };
}

async function give({ results, caches = [] }: BuildConfinement, home: BuildHome, user: number): Promise<void> {
  for (const path of [...caches, home.directory]) await giveCache(path, user);
  for (const path of [...results, home.temporaryDirectory]) {
    await giveFiles(path, user);
    // bubblewrap goes there with none of root's rights.
    await chmod(path, 0o711);
  }
}
