/** What a platform is told when it starts. */
import type { Clock } from '../support/clock.ts';
import type { HomeDirectories } from '../support/home-directories.ts';
import type { AddressTest } from './address-range.ts';
import type { Checkpoint } from './checkpoint.ts';
import type { RemoteControl } from './open-control.ts';
import type { IsolationWishes } from './platform-isolation.ts';

export interface PlatformOptions extends IsolationWishes {
  readonly directories: HomeDirectories;
  /** Address the router listens on. The control API is on loopback, and where `remote` says. */
  readonly host: string;
  /** undefined: 8080 or the next free one; 0: any free one. */
  readonly port?: number;
  readonly controlPort?: number;
  /** How others than this machine reach the control API. */
  readonly remote?: RemoteControl | undefined;
  /** Proxies in front of the applications, which say for whom they ask. */
  readonly isTrustedProxy?: AddressTest | undefined;
  /** How long the audit log is kept; 400 days when not given. */
  readonly auditDays?: number | undefined;
  /** Folder of the launchers that ship with the package (`runtimes/`). */
  readonly assetsDirectory: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  /** Adds the live release's id to every response; for tests of atomicity. */
  readonly showRelease?: boolean;
  /** How many releases each application keeps for rollback, the current one included; 10 when not given. */
  readonly keepReleases?: number | undefined;
  /** Told of every step of the journal, for tests. */
  readonly checkpoint?: Checkpoint | undefined;
}

/** What is under way gets so long to end when the platform ends. */
export const DRAIN_MS = 5000;
