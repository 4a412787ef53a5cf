/** `webhook list`: the web-hooks of an application, without their secrets. */
import { BaseCommand } from '../../cli/base-command.ts';
import { applicationOnly } from '../../cli/flags.ts';
import { renderWebhooks } from '../../cli/render/webhooks.ts';
import { resolveApplication } from '../../operate/resolve-target.ts';
import { listWebhooks } from '../../operate/webhooks.ts';

export default class WebhookList extends BaseCommand {
  static override summary = 'List web-hooks, and how their last deliveries went.';
  static override description = 'Viewers see of each address only where it is, and not its path.';
  static override examples = ['<%= config.bin %> webhook list -A my-app'];
  static override flags = applicationOnly;

  async run(): Promise<void> {
    const { flags } = await this.parse(WebhookList);
    await this.perform(flags, async (session) => {
      const context = await session.context();
      const target = { application: flags.application, paths: [], workingDirectory: session.workingDirectory };
      const application = await resolveApplication(context, target);
      const webhooks = await listWebhooks(context, application);
      return { data: { application, webhooks }, text: (style) => renderWebhooks(webhooks, style) };
    });
  }
}
