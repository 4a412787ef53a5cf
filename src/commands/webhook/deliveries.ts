/** `webhook deliveries`: what was sent, and what came of it. */
import * as Args from '@oclif/core/args';
import * as Flags from '@oclif/core/flags';
import { BaseCommand } from '../../cli/base-command.ts';
import { applicationOnly } from '../../cli/flags.ts';
import { renderDeliveries } from '../../cli/render/webhooks.ts';
import { resolveApplication } from '../../operate/resolve-target.ts';
import { listDeliveries } from '../../operate/webhooks.ts';

export default class WebhookDeliveries extends BaseCommand {
  static override summary = 'List what web-hooks were sent, and what came of it.';
  static override description =
    'The newest first; the newest 50 of each web-hook are kept. With --json also the beginning of each answer, for deployers.';
  static override examples = [
    '<%= config.bin %> webhook deliveries -A my-app',
    '<%= config.bin %> webhook deliveries wh_8b1f2c3d4e5f6071 --limit 5 --json',
  ];
  static override args = { id: Args.string({ description: 'Id of one web-hook; without it, of all.' }) };
  static override flags = {
    ...applicationOnly,
    limit: Flags.integer({ summary: 'How many.', helpValue: 'N', default: 20, min: 1, max: 1000 }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(WebhookDeliveries);
    await this.perform(flags, async (session) => {
      const context = await session.context();
      const target = { application: flags.application, paths: [], workingDirectory: session.workingDirectory };
      const application = await resolveApplication(context, target);
      const deliveries = await listDeliveries(context, application, { webhook: args.id, limit: flags.limit });
      return { data: { application, deliveries }, text: (style) => renderDeliveries(deliveries, style) };
    });
  }
}
