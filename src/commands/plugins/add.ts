/** `plugins add`: lets appcfg use the backends of an installed package. */
import * as Args from '@oclif/core/args';
import { BaseCommand } from '../../cli/base-command.ts';
import { dryRunFlag } from '../../cli/flags.ts';

export default class PluginsAdd extends BaseCommand {
  static override summary = 'Use the backends of an installed package.';
  static override description =
    'A plugin is an npm package with backends of its own; once added, --backend NAME deploys to them. It runs with all that you may do: add only what you trust.';
  static override examples = [
    '<%= config.bin %> plugins add appcfg-folder',
    '<%= config.bin %> plugins add ./my-backend',
  ];
  static override args = {
    plugin: Args.string({ description: 'Name of an installed package, or its directory.', required: true }),
  };
  static override flags = dryRunFlag;

  async run(): Promise<void> {
    const { args, flags } = await this.parse(PluginsAdd);
    await this.perform(flags, async (session) => {
      const manager = await session.plugins([session.workingDirectory, this.config.root]);
      const isDryRun = flags['dry-run'];
      const added = await manager.add(args.plugin, isDryRun);
      const backends = added.backends.join(', ') || 'none';
      return {
        data: { ...added, outcome: isDryRun ? 'planned' : 'done' },
        text: () =>
          `${isDryRun ? 'Would add' : 'Added'} ${added.name} ${added.version}, with the backends: ${backends}`,
        isConfirmation: !isDryRun,
      };
    });
  }
}
