/** `releases pin`: keeps a release and all it needs. */
import * as Args from '@oclif/core/args';
import * as Flags from '@oclif/core/flags';
import { BaseCommand } from '../../cli/base-command.ts';
import { applicationOnly, dryRunFlag } from '../../cli/flags.ts';
import { renderPin } from '../../cli/render/releases.ts';
import { pinRelease } from '../../operate/pin-release.ts';
import { resolveApplication } from '../../operate/resolve-target.ts';

export default class ReleasesPin extends BaseCommand {
  static override summary = 'Keep a release, however many come after it.';
  static override description =
    'A pinned release is never collected, nor are the files of its versions, and a version that is live in it as it is there is not deleted. Pinning it again replaces the reason.';
  static override examples = [
    '<%= config.bin %> releases pin r3 -A my-app',
    '<%= config.bin %> releases pin r3 -A my-app --reason "what the auditors saw"',
  ];
  static override args = {
    release: Args.string({ description: 'A release of the list: appcfg releases', required: true }),
  };
  static override flags = {
    ...applicationOnly,
    ...dryRunFlag,
    reason: Flags.string({ char: 'm', summary: 'Why; shown in the list.', helpValue: 'TEXT' }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(ReleasesPin);
    await this.perform(flags, async (session) => {
      const context = await session.context();
      const target = { application: flags.application, paths: [], workingDirectory: session.workingDirectory };
      const application = await resolveApplication(context, target);
      const { release } = args;
      const { reason, 'dry-run': isDryRun } = flags;
      const result = await pinRelease(context, { application, release, reason, isPinned: true, isDryRun });
      return { data: result, text: () => renderPin(result, true), isConfirmation: true };
    });
  }
}
