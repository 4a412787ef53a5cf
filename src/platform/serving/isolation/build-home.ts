/** The home directory of an application's builds, where downloads are kept, and what one build has for itself alone. */
import { chmodSync, copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Environment } from '../../runtimes/executables.ts';

export interface BuildHome {
  readonly directory: string;
  readonly temporaryDirectory: string;
  /** Variable -> file in the temporary directory: copies of the settings of the platform's user. */
  readonly settings: Readonly<Record<string, string>>;
  /** Takes the temporary files away, with the settings. */
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
  // Nobody else's yet: in the home, an application's own programs could put links in the way of what is written here.
  const temporaryDirectory = mkdtempSync(join(homes, '.tmp-'));
  const settings = copySettings(temporaryDirectory, environment);
  const end = () => rmSync(temporaryDirectory, { recursive: true, force: true });
  return { directory, temporaryDirectory, settings, end };
}

/** What a build needs to reach private package indexes; nothing else of a person's home. */
function copySettings(to: string, environment: Environment): Readonly<Record<string, string>> {
  const own = environment.HOME ?? '';
  const wanted = {
    npm_config_userconfig: [join(own, '.npmrc')],
    PIP_CONFIG_FILE: [join(own, '.config/pip/pip.conf'), join(own, '.pip/pip.conf')],
  };
  const settings: Record<string, string> = {};
  for (const [variable, usual] of Object.entries(wanted)) {
    const from = [environment[variable], ...usual].find((path) => path?.startsWith('/') === true && existsSync(path));
    if (from === undefined) continue;
    copyFileSync(from, join(to, variable));
    chmodSync(join(to, variable), 0o600);
    settings[variable] = variable;
  }
  return settings;
}
