/** `plugins remove`: no longer uses a plugin. */
import * as Args from '@oclif/core/args';
import { BaseCommand } from '../../cli/base-command.ts';
import { dryRunFlag } from '../../cli/flags.ts';

export default class PluginsRemove extends BaseCommand {
  static override summary = 'No longer use a plugin; its package stays.';
  static override examples = ['<%= config.bin %> plugins remove appcfg-folder'];
  static override args = {
    plugin: Args.string({ description: 'Name of the plugin, or its directory.', required: true }),
  };
  static override flags = dryRunFlag;

  async run(): Promise<void> {
    const { args, flags } = await this.parse(PluginsRemove);
    await this.perform(flags, async (session) => {
      const manager = await session.plugins([]);
      const isDryRun = flags['dry-run'];
      await manager.remove(args.plugin, isDryRun);
      return {
        data: { plugin: args.plugin, outcome: isDryRun ? 'planned' : 'done' },
        text: () => `${isDryRun ? 'Would remove' : 'Removed'} ${args.plugin}.`,
        isConfirmation: !isDryRun,
      };
    });
  }
}
