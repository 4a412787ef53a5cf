/** The home directory of an application's builds: their downloads, and the settings of package indexes while one runs. */
import { chmodSync, copyFileSync, existsSync, lstatSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Environment } from '../../runtimes/executables.ts';

export interface BuildHome {
  readonly directory: string;
  readonly temporaryDirectory: string;
  /** Copies of the settings of the platform's user, under the names that the tools look for. */
  readonly settings: readonly string[];
  /** Takes the temporary files and the settings away. */
  end(): void;
}

export interface BuildHomeOptions {
  readonly application: string;
  /** Of the platform: its HOME is whose settings are copied. */
  readonly environment: Environment;
  /** Where installed dependencies are. */
  readonly builds: string;
}

const HOMES = 'homes';

export function openBuildHome({ application, environment, builds }: BuildHomeOptions): BuildHome {
  const homes = join(builds, HOMES);
  mkdirSync(homes, { recursive: true, mode: 0o711 });
  const directory = join(homes, encodeURIComponent(application));
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const temporaryDirectory = mkdtempSync(join(homes, '.tmp-'));
  const settings = copySettings(directory, environment);
  return {
    directory,
    temporaryDirectory,
    settings,
    end() {
      for (const path of [...settings, temporaryDirectory]) rmSync(path, { recursive: true, force: true });
    },
  };
}

/** What a build needs to reach private package indexes; nothing else of a person's home. */
function copySettings(home: string, environment: Environment): readonly string[] {
  const own = environment.HOME ?? '';
  const first = (...paths: readonly (string | undefined)[]) => paths.find((path) => path && existsSync(path));
  const wanted = [
    { from: first(environment.npm_config_userconfig, join(own, '.npmrc')), to: '.npmrc' },
    {
      from: first(environment.PIP_CONFIG_FILE, join(own, '.config/pip/pip.conf'), join(own, '.pip/pip.conf')),
      to: '.config/pip/pip.conf',
    },
  ];
  // A build of before may have left anything there, a link out of its home included.
  removeIfThere(join(home, '.config'));
  return wanted.flatMap(({ from, to }) => {
    const path = join(home, to);
    if (from === undefined) return [];
    removeIfThere(path);
    mkdirSync(dirname(path), { recursive: true });
    copyFileSync(from, path);
    chmodSync(path, 0o600);
    return [path];
  });
}

function removeIfThere(path: string): void {
  if (lstatSync(path, { throwIfNoEntry: false }) !== undefined) rmSync(path, { recursive: true, force: true });
}
