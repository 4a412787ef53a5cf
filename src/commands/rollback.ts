/** `rollback`: puts a former release back, whole. */
import * as Args from '@oclif/core/args';
import * as Flags from '@oclif/core/flags';
import { BaseCommand } from '../cli/base-command.ts';
import { applicationOnly, dryRunFlag } from '../cli/flags.ts';
import { changeOutcome } from '../cli/render/change.ts';
import { resolveApplication } from '../operate/resolve-target.ts';
import { rollbackRelease } from '../operate/rollback-release.ts';

export default class Rollback extends BaseCommand {
  static override summary = 'Put the previous release back, whole.';
  static override description =
    'The release that was live stays in the list, so that going forward again is a rollback to it.';
  static override examples = [
    '<%= config.bin %> rollback',
    '<%= config.bin %> rollback -A my-app --release 3 --dry-run',
  ];
  static override args = {
    path: Args.string({ description: 'Directory or yaml file that names the application.' }),
  };
  static override flags = {
    ...applicationOnly,
    ...dryRunFlag,
    release: Flags.string({ summary: 'A release of the list, instead of the previous one.', helpValue: 'RELEASE' }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(Rollback);
    await this.perform(flags, async (session) => {
      const context = await session.context();
      const paths = args.path === undefined ? [] : [args.path];
      const target = { application: flags.application, paths, workingDirectory: session.workingDirectory };
      const application = await resolveApplication(context, target);
      const result = await rollbackRelease(context, {
        application,
        release: flags.release,
        isDryRun: flags['dry-run'],
      });
      const live = result.release === undefined ? '' : ` (release ${result.release})`;
      return changeOutcome(result, {
        done: `application ${application} is as it was${live}.`,
        unchanged: `Release ${flags.release} of application ${application} is live already.`,
      });
    });
  }
}
