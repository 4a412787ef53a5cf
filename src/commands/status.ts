/** `status`: what is live. */
import { BaseCommand } from '../cli/base-command.ts';
import { applicationOnly } from '../cli/flags.ts';
import { renderStatus } from '../cli/render/status.ts';
import { status } from '../operate/status.ts';

export default class Status extends BaseCommand {
  static override summary = 'Show what is live, and where.';
  static override description =
    'Applications, modules, versions, traffic, instances and settings; of one application, or of all.';
  static override examples = ['<%= config.bin %> status', '<%= config.bin %> status -A my-app --json'];
  static override flags = applicationOnly;

  async run(): Promise<void> {
    const { flags } = await this.parse(Status);
    await this.perform(flags, async (session) => {
      const context = await session.context();
      const { application } = flags;
      const found = await status(context, application === undefined ? {} : { application });
      return { data: found, text: (style) => renderStatus(found, style) };
    });
  }
}
