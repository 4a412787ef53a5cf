/** `queue tasks`: what a queue holds. */
import * as Args from '@oclif/core/args';
import * as Flags from '@oclif/core/flags';
import { BaseCommand } from '../../cli/base-command.ts';
import { applicationOnly } from '../../cli/flags.ts';
import { renderTasks } from '../../cli/render/queues.ts';
import { resolveApplication } from '../../operate/resolve-target.ts';
import { listTasks } from '../../operate/task-queues.ts';

export default class QueueTasks extends BaseCommand {
  static override summary = 'List the tasks of a queue, the next ones first.';
  static override examples = [
    '<%= config.bin %> queue tasks default -A my-app',
    '<%= config.bin %> queue tasks mail -A my-app --limit 10 --json',
  ];
  static override args = { queue: Args.string({ description: 'Name of the queue.', required: true }) };
  static override flags = {
    ...applicationOnly,
    limit: Flags.integer({ summary: 'How many at most.', helpValue: 'N', default: 100, min: 1, max: 1000 }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(QueueTasks);
    await this.perform(flags, async (session) => {
      const context = await session.context();
      const target = { application: flags.application, paths: [], workingDirectory: session.workingDirectory };
      const application = await resolveApplication(context, target);
      const { queue } = args;
      const tasks = await listTasks(context, { application, queue, limit: flags.limit });
      const none = `Queue ${queue} has no tasks.`;
      return {
        data: { application, queue, tasks },
        text: (style) => (tasks.length === 0 ? none : renderTasks(tasks, style)),
      };
    });
  }
}
