/** `stop`: stops versions with manual or basic scaling. */
import * as Args from '@oclif/core/args';
import { BaseCommand } from '../cli/base-command.ts';
import { dryRunFlag, targetFlags } from '../cli/flags.ts';
import { versionChangesOutcome } from '../cli/render/version-changes.ts';
import { resolveVersions } from '../operate/resolve-target.ts';
import { stopVersion } from '../operate/start-version.ts';

export default class Stop extends BaseCommand {
  static override summary = 'Stop versions with manual or basic scaling.';
  static override description =
    'Its requests end first; then it answers nothing until it is started again. Versions are named by their yaml files, or by -A, -M and -V. With automatic scaling instances come and go by themselves.';
  static override examples = [
    '<%= config.bin %> stop -A my-app -M my-module -V v1',
    '<%= config.bin %> stop app.yaml my-module.yaml',
  ];
  static override hiddenAliases = ['stop-module-version'];
  static override args = {
    paths: Args.string({ description: 'Yaml files of modules.', multiple: true }),
  };
  static override flags = { ...targetFlags, ...dryRunFlag };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(Stop);
    await this.perform(flags, async (session) => {
      const context = await session.context();
      const target = { ...flags, paths: args.paths ?? [], workingDirectory: session.workingDirectory };
      const changes = [];
      for (const name of await resolveVersions(context, target)) {
        changes.push({ ...name, ...(await stopVersion(context, { ...name, isDryRun: flags['dry-run'] })) });
      }
      return versionChangesOutcome(changes, { done: 'stopped', unchanged: 'is stopped already' });
    });
  }
}
