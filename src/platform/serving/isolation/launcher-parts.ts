/** What the launchers of all levels are made of. */
import type { Clock } from '../../../support/clock.ts';
import type { GroupGuard } from '../process.ts';
import type { UserOf } from './application-users.ts';
import type { Cgroups } from './cgroups.ts';

export interface LauncherParts {
  readonly clock: Clock;
  readonly guard: GroupGuard;
  readonly cgroups: Cgroups;
  /** Undefined: the platform is not root. */
  readonly userOf: UserOf | undefined;
  /** Processes and threads of an instance. */
  readonly processLimit: number;
  /** Files that a process may have open. */
  readonly openFiles: number;
  /** A name that no other launch of this platform has. */
  nextName(): string;
}
