/** `set-profile`: free or paid, which sets limits and quotas. */
import * as Args from '@oclif/core/args';
import { BaseCommand } from '../cli/base-command.ts';
import { applicationOnly, dryRunFlag } from '../cli/flags.ts';
import { changeOutcome } from '../cli/render/change.ts';
import { type Profile, profiles } from '../model/profile.ts';
import { resolveApplication } from '../operate/resolve-target.ts';
import { setProfile } from '../operate/set-profile.ts';

export default class SetProfile extends BaseCommand {
  static override summary = 'Put an application on a profile: free, paid-us or paid-eu.';
  static override description =
    "The profile sets the limits on modules, versions, instances and cron jobs; on the free one, used up instance hours also stop the application until midnight in California. New applications are on paid-us. What is over the new profile's limits stays and can't grow.";
  static override examples = [
    '<%= config.bin %> set-profile free -A my-app',
    '<%= config.bin %> set-profile paid-eu -A my-app --dry-run',
  ];
  static override args = {
    profile: Args.string({ description: 'free, paid-us or paid-eu.', required: true, options: [...profiles] }),
  };
  static override flags = { ...applicationOnly, ...dryRunFlag };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(SetProfile);
    await this.perform(flags, async (session) => {
      const context = await session.context();
      const target = { application: flags.application, paths: [], workingDirectory: session.workingDirectory };
      const application = await resolveApplication(context, target);
      const profile = args.profile as Profile;
      const result = await setProfile(context, { application, profile, isDryRun: flags['dry-run'] });
      return changeOutcome(result, {
        done: `${application} is on the profile ${profile}.`,
        unchanged: `There is nothing to do: ${application} is on the profile ${profile} already.`,
      });
    });
  }
}
