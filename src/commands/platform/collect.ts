/** `platform collect`: lets go now of what the platform would let go of by itself. */
import * as Flags from '@oclif/core/flags';
import { BaseCommand } from '../../cli/base-command.ts';
import { dryRunFlag } from '../../cli/flags.ts';
import { renderCollection } from '../../cli/render/collection.ts';
import { failure } from '../../errors.ts';

export default class PlatformCollect extends BaseCommand {
  static override summary = 'Delete old releases, and the files that no release needs.';
  static override description =
    'The platform does so by itself every ten minutes when no application changes. It keeps 10 releases of each application, or as many as APPCFG_KEEP_RELEASES says when it starts, and never takes what serves, what a kept release needs, or files that were sent within the last hour.';
  static override examples = ['<%= config.bin %> platform collect', '<%= config.bin %> platform collect --keep 3'];
  static override flags = {
    ...dryRunFlag,
    keep: Flags.integer({
      summary: 'Releases to keep of each application this time, the current one included.',
      helpValue: 'N',
      min: 1,
      max: 1000,
    }),
  };

  async run(): Promise<void> {
    const { flags } = await this.parse(PlatformCollect);
    await this.perform(flags, async (session) => {
      const isDryRun = flags['dry-run'] === true;
      const platform = await session.localPlatform();
      const collected = await platform.collect({ keepReleases: flags.keep, isDryRun });
      if (!collected) throw failure('platform.not-running', {});
      return { data: collected, text: () => renderCollection(collected, isDryRun) };
    });
  }
}
