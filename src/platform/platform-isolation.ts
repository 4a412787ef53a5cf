/** Isolation as the platform wants it: what was asked for, in the platform's own directories. */
import { join } from 'node:path';
import type { IsolationLevel, IsolationStatus, IsolationWish } from '../model/isolation.ts';
import type { Clock } from '../support/clock.ts';
import type { HomeDirectories } from '../support/home-directories.ts';
import type { Lifetime } from './lifetime.ts';
import { type Isolation, openIsolation } from './serving/isolation/isolation.ts';

export interface IsolationWishes {
  /** How far applications are kept from the machine; default: as far as possible. */
  readonly isolation?: IsolationWish | undefined;
  /** The platform does not start with less. */
  readonly requiredIsolation?: IsolationLevel | undefined;
}

export interface PlatformIsolationOptions extends IsolationWishes {
  readonly directories: HomeDirectories;
  readonly assetsDirectory: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
}

/** Ends with the platform, however far that gets meanwhile. Rejects with AppcfgError `isolation.unavailable` */
export function openPlatformIsolation(
  options: PlatformIsolationOptions,
  nonce: string,
  lifetime: Lifetime,
): Promise<Isolation> {
  const { clock, directories, assetsDirectory, environment, isolation = 'auto', requiredIsolation } = options;
  const opening = openIsolation({
    ...{ clock, nonce, assetsDirectory, environment, wanted: isolation },
    ...(requiredIsolation === undefined ? {} : { required: requiredIsolation }),
    directories: {
      home: directories,
      trees: join(directories.state, 'trees'),
      run: join(directories.state, 'run'),
      builds: join(directories.cache, 'builds'),
    },
  });
  lifetime.onClose('isolation', async () => {
    const opened = await opening.catch(() => undefined);
    await opened?.close();
  });
  // Whoever waits for it hears of a failure; while nobody does yet, it is no accident.
  opening.catch(() => {});
  return opening;
}

/** What a person should know who has not chosen a level and did not get the strongest. */
export function isolationNote({ isolation = 'auto' }: IsolationWishes, status: IsolationStatus): string | undefined {
  if (isolation !== 'auto' || status.level === 'bwrap') return undefined;
  const [reason = 'there is no better one here'] = status.reasons;
  return `Applications run at isolation level ${status.level}: ${reason}. What would raise it: appcfg doctor`;
}
