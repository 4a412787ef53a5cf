/** `platform gcloud-config`: prints the environment that points Google's gcloud at the platform on this machine. */
import { BaseCommand } from '../../cli/base-command.ts';
import { applicationOnly } from '../../cli/flags.ts';
import { gcloudEnvironment, shellExports } from '../../cli/gcloud-environment.ts';

export default class PlatformGcloudConfig extends BaseCommand {
  static override summary = 'Print the environment that points gcloud at this platform.';
  static override description = [
    'For a shell: eval "$(appcfg platform gcloud-config -A demo)". Starts the platform when it does not run. gcloud then',
    'deploys to it and manages what runs on it, unchanged; its own configuration and login for Google are not touched.',
    'The token stays in a file that only you can read.',
  ].join(' ');
  static override examples = [
    '<%= config.bin %> platform gcloud-config -A demo',
    '<%= config.bin %> platform gcloud-config --json',
  ];
  static override flags = { ...applicationOnly };

  async run(): Promise<void> {
    const { flags } = await this.parse(PlatformGcloudConfig);
    await this.perform(flags, async (session) => {
      const platform = await session.localPlatform();
      const { status, notes } = await platform.start({});
      for (const message of notes) session.reporter.event({ type: 'note', message });
      const [only, ...others] = status.applications;
      const environment = gcloudEnvironment({
        directories: session.directories,
        controlPort: status.controlPort,
        application: flags.application ?? (others.length === 0 ? only : undefined),
      });
      return { data: environment, text: () => shellExports(environment) };
    });
  }
}
