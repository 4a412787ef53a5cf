/** `webhook remove`: an address that is told nothing any more. */
import * as Args from '@oclif/core/args';
import { BaseCommand } from '../../cli/base-command.ts';
import { applicationOnly, dryRunFlag } from '../../cli/flags.ts';
import { changeOutcome } from '../../cli/render/change.ts';
import { resolveApplication } from '../../operate/resolve-target.ts';
import { removeWebhook } from '../../operate/webhooks.ts';

export default class WebhookRemove extends BaseCommand {
  static override summary = 'Remove a web-hook, with its secret and its deliveries.';
  static override examples = ['<%= config.bin %> webhook remove wh_8b1f2c3d4e5f6071 -A my-app'];
  static override args = { id: Args.string({ description: 'Id of the web-hook.', required: true }) };
  static override flags = { ...applicationOnly, ...dryRunFlag };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(WebhookRemove);
    await this.perform(flags, async (session) => {
      const context = await session.context();
      const target = { application: flags.application, paths: [], workingDirectory: session.workingDirectory };
      const application = await resolveApplication(context, target);
      const wish = { application, id: args.id, isDryRun: flags['dry-run'] };
      return changeOutcome(await removeWebhook(context, wish), { done: `web-hook ${args.id} removed.`, unchanged: '' });
    });
  }
}
