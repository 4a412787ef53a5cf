/** `queue list`: the queues of an application. */
import { BaseCommand } from '../../cli/base-command.ts';
import { applicationOnly } from '../../cli/flags.ts';
import { renderQueues } from '../../cli/render/queues.ts';
import { resolveApplication } from '../../operate/resolve-target.ts';
import { listQueues } from '../../operate/task-queues.ts';

export default class QueueList extends BaseCommand {
  static override summary = 'List queues with their rates and tasks.';
  static override examples = [
    '<%= config.bin %> queue list -A my-app',
    '<%= config.bin %> queue list -A my-app --json',
  ];
  static override flags = applicationOnly;

  async run(): Promise<void> {
    const { flags } = await this.parse(QueueList);
    await this.perform(flags, async (session) => {
      const context = await session.context();
      const target = { application: flags.application, paths: [], workingDirectory: session.workingDirectory };
      const application = await resolveApplication(context, target);
      const queues = await listQueues(context, application);
      return { data: { application, queues }, text: (style) => renderQueues(queues, style) };
    });
  }
}
