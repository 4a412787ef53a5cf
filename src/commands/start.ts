/** `start`: starts versions with manual or basic scaling. */
import * as Args from '@oclif/core/args';
import { BaseCommand } from '../cli/base-command.ts';
import { dryRunFlag, targetFlags } from '../cli/flags.ts';
import { versionChangesOutcome } from '../cli/render/version-changes.ts';
import { resolveVersions } from '../operate/resolve-target.ts';
import { startVersion } from '../operate/start-version.ts';

export default class Start extends BaseCommand {
  static override summary = 'Start versions with manual or basic scaling.';
  static override description =
    'It keeps running until it is stopped. Versions are named by their yaml files, or by -A, -M and -V. With automatic scaling instances come and go by themselves.';
  static override examples = [
    '<%= config.bin %> start -A my-app -M my-module -V v1',
    '<%= config.bin %> start app.yaml my-module.yaml',
  ];
  static override hiddenAliases = ['start-module-version'];
  static override args = {
    paths: Args.string({ description: 'Yaml files of modules.', multiple: true }),
  };
  static override flags = { ...targetFlags, ...dryRunFlag };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(Start);
    await this.perform(flags, async (session) => {
      const context = await session.context();
      const target = { ...flags, paths: args.paths ?? [], workingDirectory: session.workingDirectory };
      const changes = [];
      for (const name of await resolveVersions(context, target)) {
        changes.push({ ...name, ...(await startVersion(context, { ...name, isDryRun: flags['dry-run'] })) });
      }
      return versionChangesOutcome(changes, { done: 'started', unchanged: 'is serving already' });
    });
  }
}
