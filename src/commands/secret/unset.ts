/** `secret unset`: removes secrets of an application. */
import * as Args from '@oclif/core/args';
import * as Flags from '@oclif/core/flags';
import { BaseCommand } from '../../cli/base-command.ts';
import { applicationOnly, dryRunFlag } from '../../cli/flags.ts';
import { changeOutcome } from '../../cli/render/change.ts';
import { resolveApplication } from '../../operate/resolve-target.ts';
import { changeSecrets } from '../../operate/secrets.ts';

export default class SecretUnset extends BaseCommand {
  static override summary = 'Remove secrets of an application.';
  static override description =
    'All versions are started anew without them, beside the old ones. A rollback to an earlier release brings them back.';
  static override examples = ['<%= config.bin %> secret unset API_KEY OLD_KEY -A my-app'];
  static override args = {
    names: Args.string({ description: 'Names of secrets.', required: true, multiple: true }),
  };
  static override flags = {
    ...applicationOnly,
    ...dryRunFlag,
    staged: Flags.boolean({ summary: 'Leave what runs alone; what is deployed next does not get them.' }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(SecretUnset);
    await this.perform(flags, async (session) => {
      const context = await session.context();
      const target = { application: flags.application, paths: [], workingDirectory: session.workingDirectory };
      const application = await resolveApplication(context, target);
      const unset = [...new Set(args.names)];
      const wish = { application, set: {}, unset, isStaged: flags.staged, isDryRun: flags['dry-run'] };
      return changeOutcome(await changeSecrets(context, wish), {
        done: `${unset.join(', ')} removed.`,
        unchanged: 'Nothing is to be removed.',
      });
    });
  }
}
