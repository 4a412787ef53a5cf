/** `webhook test`: sends a ping and shows what was answered. */
import * as Args from '@oclif/core/args';
import { BaseCommand } from '../../cli/base-command.ts';
import { applicationOnly } from '../../cli/flags.ts';
import { renderPing } from '../../cli/render/webhooks.ts';
import { resolveApplication } from '../../operate/resolve-target.ts';
import { testWebhook } from '../../operate/webhooks.ts';

export default class WebhookTest extends BaseCommand {
  static override summary = 'Send a ping to a web-hook, and show what is answered.';
  static override description =
    'Once, within 10 seconds. Ends with 1 when it is not answered with success. Success enables a web-hook that was disabled.';
  static override examples = ['<%= config.bin %> webhook test wh_8b1f2c3d4e5f6071 -A my-app'];
  static override args = { id: Args.string({ description: 'Id of the web-hook.', required: true }) };
  static override flags = applicationOnly;

  async run(): Promise<void> {
    const { args, flags } = await this.parse(WebhookTest);
    await this.perform(flags, async (session) => {
      const context = await session.context();
      const target = { application: flags.application, paths: [], workingDirectory: session.workingDirectory };
      const application = await resolveApplication(context, target);
      const delivery = await testWebhook(context, application, args.id);
      return {
        data: { application, delivery },
        text: (style) => renderPing(delivery, style),
        exitCode: delivery.state === 'delivered' ? 0 : 1,
      };
    });
  }
}
