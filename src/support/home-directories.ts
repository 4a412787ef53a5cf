/** Where appcfg keeps its files: all under APPCFG_HOME when it is set, else the XDG directories. */
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

export interface HomeDirectories {
  /** Settings and credentials that a person made. */
  readonly config: string;
  /** What can be deleted without loss. */
  readonly cache: string;
  /** What must survive: the platform's state, the daemon's address and token. */
  readonly state: string;
}

/** Where the platform keeps the token of its control API; readable by its owner only. */
export function tokenFile({ state }: Pick<HomeDirectories, 'state'>): string {
  return join(state, 'token');
}

type Environment = Readonly<Record<string, string | undefined>>;

export function homeDirectories(environment: Environment = process.env): HomeDirectories {
  const home = environment.APPCFG_HOME;
  if (home) {
    const root = resolve(home);
    return { config: join(root, 'config'), cache: join(root, 'cache'), state: join(root, 'state') };
  }
  const user = environment.HOME || homedir();
  return {
    config: join(environment.XDG_CONFIG_HOME || join(user, '.config'), 'appcfg'),
    cache: join(environment.XDG_CACHE_HOME || join(user, '.cache'), 'appcfg'),
    state: join(environment.XDG_STATE_HOME || join(user, '.local', 'state'), 'appcfg'),
  };
}
