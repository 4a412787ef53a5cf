/** Level `process`: no new privileges, limits, and a user for each application where the platform is root. */
import { chmodSync, chownSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Launcher, LaunchRequest } from '../launcher.ts';
import { becomeUser } from './become-user.ts';
import { enterLimits } from './enter-limits.ts';
import { instanceLimits } from './instance-limits.ts';
import type { LauncherParts } from './launcher-parts.ts';
import { openTree, type PlatformDirectories } from './open-directories.ts';
import { mostProcesses } from './own-limits.ts';
import { launchWrapped } from './wrapped-launch.ts';

export interface ProcessParts extends LauncherParts {
  readonly directories: PlatformDirectories;
}

export function createProcessLauncher(parts: ProcessParts): Launcher {
  const { clock, guard, cgroups, openFiles, userOf } = parts;
  return {
    level: 'process',
    temporaryPath: (directory) => directory,
    launch(request) {
      const { deployment, memory } = request;
      const user = userOf?.(deployment.application);
      if (user !== undefined) giveTo(user, request, parts.directories);
      const cgroup = cgroups.create(parts.nextName(), instanceLimits(deployment.spec, memory, parts.processLimit));
      const wrappers = [
        ...enterLimits({ groups: cgroup.joinFiles, openFiles }),
        ...becomeUser({ user, diesWithPlatform: true }),
        // Counted by user, so only of use where each application has its own.
        ...(user === undefined || cgroups.limits.includes('processes') ? [] : limitOfUser(parts.processLimit)),
      ];
      return launchWrapped({ clock, guard, request, wrappers, cgroup });
    },
  };
}

/** Of its own files it may write the temporary ones; others may not even read them. */
function giveTo(
  user: number,
  { temporaryDirectory, directory, command }: LaunchRequest,
  directories: PlatformDirectories,
): void {
  chmodSync(dirname(temporaryDirectory), 0o711);
  chownSync(temporaryDirectory, user, user);
  for (const path of new Set([directory, command.cwd])) openTree(path, user, directories);
}

/** All instances of an application together: a generous bound, against fork bombs. */
function limitOfUser(processes: number): readonly string[] {
  return ['/usr/bin/prlimit', `--nproc=${Math.min(mostProcesses(), 8 * processes)}`, '--'];
}
