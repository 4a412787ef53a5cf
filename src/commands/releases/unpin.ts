/** `releases unpin`: lets a release be collected again. */
import * as Args from '@oclif/core/args';
import { BaseCommand } from '../../cli/base-command.ts';
import { applicationOnly, dryRunFlag } from '../../cli/flags.ts';
import { renderPin } from '../../cli/render/releases.ts';
import { pinRelease } from '../../operate/pin-release.ts';
import { resolveApplication } from '../../operate/resolve-target.ts';

export default class ReleasesUnpin extends BaseCommand {
  static override summary = 'Let a pinned release go when its time comes.';
  static override description =
    'It stays in the list as long as it is among the newest that the platform keeps; the next collection takes it after that.';
  static override examples = ['<%= config.bin %> releases unpin r3 -A my-app'];
  static override args = {
    release: Args.string({ description: 'A release of the list: appcfg releases', required: true }),
  };
  static override flags = { ...applicationOnly, ...dryRunFlag };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(ReleasesUnpin);
    await this.perform(flags, async (session) => {
      const context = await session.context();
      const target = { application: flags.application, paths: [], workingDirectory: session.workingDirectory };
      const application = await resolveApplication(context, target);
      const { release } = args;
      const result = await pinRelease(context, { application, release, isPinned: false, isDryRun: flags['dry-run'] });
      return { data: result, text: () => renderPin(result, false), isConfirmation: true };
    });
  }
}
