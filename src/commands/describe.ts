/** `describe`: an application as its backend knows it. */
import { BaseCommand } from '../cli/base-command.ts';
import { applicationOnly } from '../cli/flags.ts';
import { renderApplication } from '../cli/render/application.ts';
import { describeApplication } from '../operate/describe-application.ts';
import { resolveApplication } from '../operate/resolve-target.ts';

export default class Describe extends BaseCommand {
  static override summary = 'Show an application whole, its settings included.';
  static override description =
    'With --json everything that the backend knows: specifications, rules, jobs and queues.';
  static override examples = ['<%= config.bin %> describe -A my-app', '<%= config.bin %> describe -A my-app --json'];
  static override flags = applicationOnly;

  async run(): Promise<void> {
    const { flags } = await this.parse(Describe);
    await this.perform(flags, async (session) => {
      const context = await session.context();
      const target = { application: flags.application, paths: [], workingDirectory: session.workingDirectory };
      const application = await describeApplication(context, await resolveApplication(context, target));
      return { data: application, text: (style) => renderApplication(application, style) };
    });
  }
}
