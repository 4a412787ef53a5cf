/** `webhook redeliver`: sends a delivery once more. */
import * as Args from '@oclif/core/args';
import { BaseCommand } from '../../cli/base-command.ts';
import { applicationOnly, dryRunFlag } from '../../cli/flags.ts';
import { changeOutcome } from '../../cli/render/change.ts';
import { resolveApplication } from '../../operate/resolve-target.ts';
import { redeliver } from '../../operate/webhooks.ts';

export default class WebhookRedeliver extends BaseCommand {
  static override summary = 'Send a delivery once more, as it was.';
  static override description = 'With the id that it had, so that a receiver can tell that it knows it.';
  static override examples = ['<%= config.bin %> webhook redeliver 0c8f6c1e-7a43-4b8e-9d51-3f2b6a7c8d90 -A my-app'];
  static override args = { delivery: Args.string({ description: 'Id of the delivery.', required: true }) };
  static override flags = { ...applicationOnly, ...dryRunFlag };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(WebhookRedeliver);
    await this.perform(flags, async (session) => {
      const context = await session.context();
      const target = { application: flags.application, paths: [], workingDirectory: session.workingDirectory };
      const application = await resolveApplication(context, target);
      const wish = { application, delivery: args.delivery, isDryRun: flags['dry-run'] };
      return changeOutcome(await redeliver(context, wish), { done: `${args.delivery} is queued.`, unchanged: '' });
    });
  }
}
