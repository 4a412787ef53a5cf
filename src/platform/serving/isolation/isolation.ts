/** Composition of isolation: probes the machine once, chooses the level, and makes its launcher. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { failure } from '../../../errors.ts';
import type { IsolationLevel, IsolationStatus, IsolationWish } from '../../../model/isolation.ts';
import type { Clock } from '../../../support/clock.ts';
import { digestOf } from '../../../support/digest.ts';
import type { Environment } from '../../runtimes/executables.ts';
import { createGroupLauncher, type Launcher } from '../launcher.ts';
import type { GroupGuard } from '../process.ts';
import { createAccounts } from './accounts.ts';
import { applicationUsers } from './application-users.ts';
import { createBwrapLauncher } from './bwrap-launcher.ts';
import type { CgroupPlace } from './cgroup-places.ts';
import { type Cgroups, openCgroups } from './cgroups.ts';
import { chooseIsolation, type IsolationProbes } from './choose-isolation.ts';
import { type BuildRunner, confineBuilds } from './confined-builds.ts';
import { PROCESS_LIMIT } from './instance-limits.ts';
import type { LauncherParts } from './launcher-parts.ts';
import { closeToOtherUsers, openToOtherUsers, type PlatformDirectories } from './open-directories.ts';
import { environmentOfOthers } from './others-environment.ts';
import { mostOpenFiles } from './own-limits.ts';
import { type BwrapProbe, probeBwrap } from './probe-bwrap.ts';
import { probeReach, probeSetpriv, rangeOfUsers } from './probe-users.ts';
import { createProcessLauncher } from './process-launcher.ts';
import { type SandboxFiles, sandboxFiles } from './sandbox-files.ts';
import type { UserRange } from './user-range.ts';

export interface IsolationOptions {
  readonly clock: Clock;
  /** Unique to this platform and the same after its restart. */
  readonly nonce: string;
  readonly wanted: IsolationWish;
  readonly required?: IsolationLevel;
  readonly directories: PlatformDirectories;
  readonly assetsDirectory: string;
  /** Of the platform. */
  readonly environment: Environment;
  /** Processes and threads of an instance. */
  readonly processLimit?: number;
  /** For tests; default: where this process is. */
  readonly cgroupPlaces?: readonly CgroupPlace[];
}

export interface Isolation {
  readonly status: IsolationStatus;
  /** In which the runtimes look for interpreters: only those that applications can run. */
  readonly environment: Environment;
  /** Directories of control groups: what is in the groups below them belongs to instances. */
  readonly cgroups: readonly string[];
  createLauncher(clock: Clock, guard: GroupGuard): Launcher;
  /** Makes build commands that run code of others do so at this level. */
  readonly confineBuilds: BuildRunner;
  /** Takes away what was made on the machine; call when the engine is closed. */
  close(): Promise<void>;
}

/** @throws AppcfgError `isolation.unavailable` when less than what was asked for can be had */
export async function openIsolation(options: IsolationOptions): Promise<Isolation> {
  const { wanted, required, environment, directories } = options;
  if (wanted === 'none') {
    const status = choose({ wanted, ...(required === undefined ? {} : { required }), probes: nothingAsked });
    return { ...notIsolated, status, environment };
  }
  const { cgroupPlaces: places } = options;
  const cgroups = openCgroups({
    clock: options.clock,
    name: `appcfg-${digestOf(options.nonce).slice(0, 12)}`,
    ...(places ? { places } : {}),
  });
  const files = sandboxFiles(options);
  const close = async () => {
    await cgroups.close();
    rmSync(files.directory, { recursive: true, force: true });
  };
  try {
    const found = await look(options, files);
    const probes = { ...found.probes, limits: cgroups.limits, missingLimits: cgroups.missingLimits };
    const status = choose({ wanted, ...(required === undefined ? {} : { required }), probes });
    const opensDirectories = status.level === 'process' && probes.isRoot;
    if (probes.isRoot && !opensDirectories) closeToOtherUsers(directories);
    // Applications are other users than the one that builds for them.
    if (probes.isRoot && status.level !== 'none') process.umask(process.umask() & ~0o055);
    const parts = partsOf(options, cgroups, found.range);
    return {
      status,
      environment: opensDirectories ? environmentOfOthers(environment) : environment,
      cgroups: cgroups.directories,
      createLauncher: (clock, guard) =>
        launcherOf(status.level, { ...parts, clock, guard }, { files, found, directories }),
      confineBuilds: buildRunner(status.level, parts, { files, found, options }),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

const notIsolated: Omit<Isolation, 'status' | 'environment'> = {
  cgroups: [],
  createLauncher: createGroupLauncher,
  confineBuilds: (run) => run,
  close: async () => undefined,
};

function partsOf(
  { directories, processLimit = PROCESS_LIMIT }: IsolationOptions,
  cgroups: Cgroups,
  range: UserRange | undefined,
): Omit<LauncherParts, 'clock' | 'guard'> {
  const userOf = range && applicationUsers(join(directories.home.state, 'users.json'), range);
  let launches = 0;
  const nextName = () => {
    launches += 1;
    return `${process.pid}-${launches}`;
  };
  return { cgroups, userOf, processLimit, openFiles: mostOpenFiles(), nextName };
}

/** Of a machine that nobody needs to look at. */
const nothingAsked: IsolationProbes = {
  isRoot: false,
  bwrap: { isAvailable: true },
  setpriv: { isAvailable: true },
  otherUsers: { isAvailable: true },
  callFilter: { isAvailable: true },
  limits: [],
  missingLimits: { isAvailable: true },
};

function choose(request: Parameters<typeof chooseIsolation>[0]): IsolationStatus {
  const choice = chooseIsolation(request);
  if (choice.isPossible) return choice.status;
  const { level, reasons, advice } = choice;
  throw failure('isolation.unavailable', { level, reasons, advice });
}

interface Found {
  readonly probes: Omit<IsolationProbes, 'limits' | 'missingLimits'>;
  readonly sandbox: BwrapProbe;
  /** Undefined: the platform is not root. */
  readonly range: UserRange | undefined;
}

async function look(options: IsolationOptions, files: SandboxFiles): Promise<Found> {
  const { clock, environment, wanted, directories, assetsDirectory } = options;
  const isRoot = process.getuid?.() === 0;
  const range = isRoot ? rangeOfUsers(digestOf(options.nonce)) : undefined;
  const someUser = range && range.first + range.count - 1;
  const { system, filterFile } = files;
  const [setpriv, sandbox] = await Promise.all([
    isRoot && range === undefined ? tooFewUsers : probeSetpriv(clock, someUser),
    probeBwrap({ clock, environment, user: someUser, system, filterFile }),
  ]);
  const { bwrap, callFilter } = sandbox;
  const probes = { isRoot, setpriv, bwrap, callFilter, otherUsers: { isAvailable: true } as const };
  if (someUser === undefined || (bwrap.isAvailable && wanted !== 'process')) return { probes, sandbox, range };
  openToOtherUsers(directories);
  const { trees, run, builds } = directories;
  const launcher = join(assetsDirectory, 'python', 'serve.py');
  const otherUsers = await probeReach(clock, someUser, [trees, run, builds, launcher, process.execPath]);
  return { probes: { ...probes, otherUsers }, sandbox, range };
}

const tooFewUsers = {
  isAvailable: false,
  reason: 'this container has too few user numbers to give one to each application',
} as const;

function launcherOf(
  level: IsolationLevel,
  parts: LauncherParts,
  {
    files,
    found,
    directories,
  }: { readonly files: SandboxFiles; readonly found: Found; readonly directories: PlatformDirectories },
): Launcher {
  switch (level) {
    case 'none':
      return createGroupLauncher(parts.clock, parts.guard);
    case 'process':
      return createProcessLauncher({ ...parts, directories });
    case 'bwrap':
      return createBwrapLauncher({ ...parts, ...sandboxParts(files, found) });
  }
}

function sandboxParts(files: SandboxFiles, { sandbox }: Found) {
  return {
    ...files,
    program: sandbox.program,
    features: sandbox.features,
    filterFile: sandbox.callFilter.isAvailable ? files.filterFile : undefined,
    accounts: createAccounts(files.directory),
  };
}

function buildRunner(
  level: IsolationLevel,
  parts: Omit<LauncherParts, 'clock' | 'guard'>,
  {
    files,
    found,
    options,
  }: { readonly files: SandboxFiles; readonly found: Found; readonly options: IsolationOptions },
): BuildRunner {
  if (level === 'none') return notIsolated.confineBuilds;
  const { directories, environment } = options;
  const sandbox = level === 'bwrap' ? sandboxParts(files, found) : undefined;
  return confineBuilds({ ...parts, directories, environment, sandbox });
}
