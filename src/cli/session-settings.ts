/** What a session knows of settings, contexts and stored tokens; read when it is needed. */
import { homedir } from 'node:os';
import { Credentials, storeKinds } from '../credentials/credentials.ts';
import { systemKeyring } from '../credentials/keyring.ts';
import type { HomeDirectories } from '../support/home-directories.ts';
import { type Configuration, configurationOf } from './configuration/configuration.ts';
import { readProjectSettings } from './configuration/project-settings.ts';
import { readUserSettings, settingsFile } from './configuration/user-settings.ts';
import type { GlobalFlags } from './flags.ts';
import type { Host } from './host.ts';

export function loadConfiguration(host: Host, flags: GlobalFlags, directories: HomeDirectories): Configuration {
  const { environment, workingDirectory } = host;
  return configurationOf({
    flags: {
      server: flags.server,
      backend: flags.backend,
      context: flags.context,
      ca_cert: flags['ca-cert'],
      application: applicationOf(flags as { readonly application?: unknown }),
    },
    environment,
    project: readProjectSettings(workingDirectory, environment.HOME ?? homedir()),
    user: readUserSettings(directories.config),
    userFile: settingsFile(directories.config),
  });
}

/** An option of many commands, but not of all; for `token create` it is a list. */
function applicationOf(flags: { readonly application?: unknown }): string | undefined {
  return typeof flags.application === 'string' ? flags.application : undefined;
}

export function openCredentials(host: Host, directories: HomeDirectories, configuration: Configuration): Credentials {
  const wanted = storeKinds.find((kind) => kind === configuration.credential_store?.value);
  const { program, environment } = host;
  const keyring = systemKeyring({ program, environment });
  return new Credentials({ directory: directories.config, keyring, wanted });
}
