/** Level `bwrap`: a sandbox with the application's files, what its program needs of the machine, and nothing else. */
import { chmodSync, chownSync, openSync } from 'node:fs';
import { constants } from 'node:os';
import type { Launcher, LaunchRequest } from '../launcher.ts';
import type { ProcessExit, ProcessGroup } from '../process.ts';
import { firstChild } from '../process-table.ts';
import type { Accounts } from './accounts.ts';
import { type BwrapFeatures, bwrapCommand } from './bwrap-command.ts';
import { enterLimits } from './enter-limits.ts';
import { type IsPersonal, installationOf } from './installation.ts';
import { instanceLimits } from './instance-limits.ts';
import type { LauncherParts } from './launcher-parts.ts';
import { type Mount, planMounts } from './mounts.ts';
import { launchWrapped } from './wrapped-launch.ts';

export interface BwrapParts extends LauncherParts {
  /** Path of bubblewrap. */
  readonly program: string;
  readonly features: BwrapFeatures;
  /** The filter of system calls; undefined where there is none for this machine. */
  readonly filterFile: string | undefined;
  readonly system: readonly Mount[];
  /** Programs that an entrypoint may name: what is on the platform's PATH. */
  readonly toolPaths: readonly string[];
  /** Directories that no application may see. */
  readonly hidden: readonly string[];
  readonly isPersonal: IsPersonal;
  readonly accounts: Accounts;
}

const TEMPORARY = '/tmp';
/** Scratch memory counts for the limit of memory where the kernel holds that; here it is kept from being endless. */
const LEAST_SCRATCH = 64 * 1024 * 1024;
/** What is opened for the sandbox is its descriptor 3. */
const FILTER_DESCRIPTOR = 3;
const HOST_NAME_LENGTH = 63;

export function createBwrapLauncher(parts: BwrapParts): Launcher {
  const { clock, guard, cgroups, openFiles } = parts;
  return {
    level: 'bwrap',
    temporaryPath: () => TEMPORARY,
    launch(request) {
      const { deployment, memory, command } = request;
      const user = parts.userOf?.(deployment.application);
      const cgroup = cgroups.create(parts.nextName(), instanceLimits(deployment.spec, memory, parts.processLimit));
      const { filterFile } = parts;
      const sandbox = bwrapCommand({
        program: parts.program,
        features: parts.features,
        user,
        hostName: hostName(request),
        workingDirectory: command.cwd,
        mounts: mountsOf(request, parts, user),
        ...(filterFile === undefined ? {} : { filterDescriptor: FILTER_DESCRIPTOR }),
      });
      const descriptors = filterFile === undefined ? [] : [openSync(filterFile, 'r')];
      const wrappers = [...enterLimits({ groups: cgroup.joinFiles, openFiles }), ...sandbox];
      return launchWrapped({ clock, guard, request, wrappers, cgroup, descriptors, readExit, terminate });
    },
  };
}

function mountsOf(request: LaunchRequest, parts: BwrapParts, user: number | undefined): readonly Mount[] {
  const { command, directory, memory, deployment, temporaryDirectory } = request;
  const scratchBytes = Math.max(LEAST_SCRATCH, memory.bytes);
  const own = [command.command, ...(command.readOnlyPaths ?? [])].flatMap((path) =>
    installationOf(path, parts.isPersonal),
  );
  return planMounts({
    system: [
      ...parts.system,
      ...parts.accounts.mountsFor(user),
      { type: 'scratch', path: '/dev/shm', bytes: scratchBytes },
      // App Engine's standard environment has its /tmp in memory, the flexible one on a disk.
      deployment.spec.environment === 'flexible'
        ? { type: 'writable', path: TEMPORARY, source: givenTo(user, temporaryDirectory) }
        : { type: 'scratch', path: TEMPORARY, bytes: scratchBytes },
    ],
    hidden: parts.hidden,
    readOnly: [directory, command.cwd, ...own, ...parts.toolPaths],
  });
}

function givenTo(user: number | undefined, directory: string): string {
  if (user !== undefined) chownSync(directory, user, user);
  // bubblewrap passes through it, with none of root's rights; outside it is behind the platform's own directories.
  chmodSync(directory, 0o711);
  return directory;
}

/** bubblewrap ends like a shell: with 128 and the signal that killed the program. */
function readExit(exit: ProcessExit): ProcessExit {
  const number = (exit.code ?? 0) - 128;
  const name = Object.entries(constants.signals).find(([, value]) => value === number)?.[0];
  return name === undefined ? exit : { ...exit, code: null, signal: name };
}

/**
 * bubblewrap itself would die of the signal and take the program along; the first process inside ignores it, but
 * leads a group of its own, which the program is in.
 */
function terminate(group: ProcessGroup): void {
  const inside = group.pid === undefined ? undefined : firstChild(group.pid);
  try {
    if (inside === undefined) throw new Error('there is no sandbox yet');
    process.kill(-inside, 'SIGTERM');
  } catch {
    group.signal('SIGKILL');
  }
}

function hostName({ deployment, instance }: LaunchRequest): string {
  return `${deployment.module}-${instance}`.replaceAll(/[^A-Za-z0-9-]/g, '-').slice(0, HOST_NAME_LENGTH);
}
